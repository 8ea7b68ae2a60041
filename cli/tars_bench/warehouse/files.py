"""Opening the DuckDB files: one writer at a time, any number of readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.shared.errors import BusyError, NotReadyError, TarsBenchError, UsageError
from tars_bench.shared.memory import MEMORY_VARIABLE, memory_limit
from tars_bench.warehouse.binding import execute

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@contextmanager
def open_writer(database: Path) -> Iterator[DuckDBPyConnection]:
    """Open the working database for writing, making file and folder where missing.

    Raises:
        BusyError: Another process holds the file.
        TarsBenchError: The file is no DuckDB database, or cannot be opened.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(database, read_only=False)
    try:
        connection.execute("set timezone = 'UTC'")
        _limit_memory(connection)
        yield connection
    finally:
        connection.close()


@contextmanager
def open_reader(database: Path) -> Iterator[DuckDBPyConnection]:
    """Open an existing database read-only.

    Raises:
        NotReadyError: There is no such file yet.
        BusyError: Another process is writing to it.
        TarsBenchError: The file is no DuckDB database, or cannot be opened.
    """
    if not database.is_file():
        raise NotReadyError(f"{database} does not exist", "run `tars-bench run` first")
    connection = _connect(database, read_only=True)
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


def has_table(connection: DuckDBPyConnection, schema: str, table: str) -> bool:
    """Say whether a table or view of that name exists."""
    found = execute(
        connection,
        """
        select count(*)
        from information_schema.tables
        where
            table_catalog = current_database()
            and table_schema = ?
            and table_name = ?
        """,
        [schema, table],
    ).fetchone()
    return found is not None and found[0] > 0


def has_column(connection: DuckDBPyConnection, schema: str, table: str, column: str) -> bool:
    """Say whether a table or view of that name has a column."""
    found = connection.execute(
        """
        select count(*)
        from information_schema.columns
        where
            table_catalog = current_database()
            and table_schema = ?
            and table_name = ?
            and column_name = ?
        """,
        [schema, table, column],
    ).fetchone()
    return found is not None and found[0] > 0


def _limit_memory(connection: DuckDBPyConnection) -> None:
    """Let DuckDB go on on disk where it would take more than its share.

    Raises:
        UsageError: What the environment says of it is no amount of memory.
    """
    import duckdb

    try:
        connection.execute("set memory_limit = ?", [memory_limit()])
    except duckdb.Error as error:
        connection.close()
        raise UsageError(
            f"{MEMORY_VARIABLE} is no amount of memory: {memory_limit()}", "such as 3GB"
        ) from error


def _connect(database: Path, *, read_only: bool) -> DuckDBPyConnection:
    import duckdb

    try:
        return duckdb.connect(str(database), read_only=read_only)
    except duckdb.Error as error:
        raise _explain(database, str(error)) from error


def _explain(database: Path, reason: str) -> TarsBenchError:
    first_line = reason.strip().splitlines()[0]
    if "Could not set lock on file" in reason:
        return BusyError(
            f"{database} is in use by another process",
            "wait until it has finished, or close the program that holds the file open",
        )
    if any(sign in reason for sign in _CORRUPT):
        return TarsBenchError(f"{database} is corrupt: {first_line}", _CORRUPT_HINT)
    return TarsBenchError(f"{database} cannot be opened: {first_line}")


_CORRUPT: Final = (
    "not a valid DuckDB database file",
    "orrupt database file",
    "checksum",
    "SerializationException",
    "Serialization Error",
    "INTERNAL Error",
    "FATAL Error",
    "deserialize",
    "orrupt WAL",
)
"""What DuckDB says of a file that is damaged, or no database at all."""
_CORRUPT_HINT: Final = (
    "keep it, for rows whose logs are gone may be only there; `tars-bench restore FILE` brings "
    "back a backup of the working database, `tars-bench rollback N` an older release"
)
