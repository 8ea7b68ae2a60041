"""SQL over the published file, which it can only read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tars_bench.shared.errors import TarsBenchError, UsageError
from tars_bench.shared.tables import Rows
from tars_bench.warehouse.files import open_reader
from tars_bench.workspace.config import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_AT_A_TIME = 1000


def read_sql(argument: str) -> str:
    """Return the SQL an argument stands for: itself, ``@FILE``, or ``-`` for the input.

    Raises:
        UsageError: The file cannot be read, or there is no SQL in it.
    """
    try:
        if argument == "-":
            text = sys.stdin.read()
        elif argument.startswith("@"):
            text = Path(argument[1:]).expanduser().read_text(encoding="utf-8")
        else:
            text = argument
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the SQL cannot be read: {error}") from error
    if not text.strip():
        raise UsageError(
            "there is no SQL", 'tars-bench query "select count(*) from marts.fct_requests"'
        )
    return text


@contextmanager
def run(workspace: Workspace, sql: str) -> Iterator[Rows]:
    """Run one statement; its rows may be read while the context lasts.

    The connection is read-only and reaches no other file and no network.

    Raises:
        NotReadyError: Nothing was published yet.
        UsageError: The SQL is wrong.
        TarsBenchError: It failed while it ran.
    """
    with open_reader(workspace.published_database) as connection, explained():
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise UsageError(f"one statement is run at a time, not {len(statements)}")
        connection.execute(statements[0])
        columns = tuple(column[0] for column in connection.description or ())
        if not columns:
            raise UsageError("the statement returns no rows", "write a SELECT")
        yield Rows(columns, _rows(connection))


def first(rows: Rows, limit: int) -> tuple[Rows, bool]:
    """Return at most ``limit`` rows, and whether there were more; 0 means all, unread."""
    if not limit:
        return rows, False
    read = list(islice(rows.rows, limit + 1))
    return Rows(rows.columns, read[:limit]), len(read) > limit


@contextmanager
def explained() -> Iterator[None]:
    """Turn what DuckDB raises into the project's errors, in one line."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.ProgrammingError as error:
        raise UsageError(*_wording(error)) from error
    except duckdb.Error as error:
        raise TarsBenchError(*_wording(error)) from error


def _wording(error: Exception) -> tuple[str, str]:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    hints = [line for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))]
    return " ".join(lines[:1]), " ".join(hints[:1])


def _rows(connection: DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    while rows := connection.fetchmany(_ROWS_AT_A_TIME):
        yield from rows
