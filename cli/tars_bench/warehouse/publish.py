"""Publish: what passed the build replaces, in one instant, what readers open.

The tables people read are copied to a new file, which is made whole on disk and read-only; then
the stable name is made to mean it (see `releases`). A reader that has the old release open keeps
it; whoever opens the name again has the new one. A crash before that leaves the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.shared.errors import BuildError, NotReadyError
from tars_bench.warehouse.files import has_column, open_reader
from tars_bench.warehouse.lineage import inputs, window_models
from tars_bench.warehouse.releases import next_number, prune, release_path, show, sync
from tars_bench.workspace.config import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PUBLISHED_SCHEMAS: Final = ("marts", "seeds", "validation", "meta")
PUBLISHED_RAW_TABLES: Final = (
    "files",
    "file_deliveries",
    "line_outcomes",
    "quarantined_lines",
    "skipped_paths",
    "load_runs",
    "model_prices",
)
_TEMPORARY_SUFFIX: Final = ".publishing"


@dataclass(frozen=True)
class PublishResult:
    """What was published, where, and as which release; a live release has no number."""

    path: Path
    number: int | None
    table_count: int
    row_count: int
    byte_count: int


@dataclass(frozen=True)
class _Relation:
    schema: str
    name: str
    ddl: str | None
    """``create table`` as the working database has it; None for a view, which becomes a table."""

    @property
    def sql(self) -> str:
        return f'"{self.schema}"."{self.name}"'


def _wanted(relations: Sequence[_Relation], only_marts: Sequence[str]) -> list[_Relation]:
    return [
        relation
        for relation in relations
        if not only_marts or (relation.schema == "marts" and relation.name in only_marts)
    ]


def publish(
    workspace: Workspace, target: Path | None = None, only_marts: Sequence[str] = ()
) -> PublishResult:
    """Replace the published file by what the last build made.

    Args:
        workspace: Its working database is read.
        target: Another file to replace; the workspace's published one if None.
        only_marts: Publish no tables but these of the marts; all that readers use if empty.

    Raises:
        NotReadyError: Nothing was built yet.
        BuildError: The last build failed; the published file is untouched.
        BusyError: Another process holds the working database.
    """
    number = None if target else next_number(workspace)
    target = target or release_path(workspace, number or 0)
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(target)
    temporary = target.with_name(f"{target.name}{_TEMPORARY_SUFFIX}")
    with open_reader(workspace.working_database) as working:
        build = require_successful_build(working, whole=not only_marts)
        relations = _wanted(_relations(working), only_marts)
    try:
        table_count, row_count = _write(workspace, temporary, relations, (number, *build))
    except BaseException:
        _remove_leftovers(target)
        raise
    byte_count = temporary.stat().st_size
    _put_in_place(temporary, target)
    if number is not None:
        show(workspace, number)
        prune(workspace)
    path = target if number is None else workspace.published_database
    return PublishResult(path, number, table_count, row_count, byte_count)


def require_successful_build(connection: DuckDBPyConnection, *, whole: bool) -> tuple[int, str]:
    """Return the number and the invocation id of the last build.

    dbt's own record tells: a run that was stopped, or built only a part after a failure, is not
    successful there.

    Args:
        connection: The working database.
        whole: Whether every table must be of the last load, not only what a live cycle builds.

    Raises:
        NotReadyError: There was none, or something was loaded since.
        BuildError: It failed.
    """
    last = None
    if has_column(connection, "meta", "build_runs", "build_number"):
        last = connection.execute(_LAST_BUILD).fetchone()
    if last is None:
        raise NotReadyError("nothing is built yet", "`tars-bench build` comes first")
    number, invocation, succeeded, built_load_id, whole_load_id, last_load_id = last
    if not succeeded:
        raise BuildError(
            "the last build failed; it is not published",
            "`tars-bench build` shows what failed; the published file is untouched",
        )
    if built_load_id < last_load_id:
        raise NotReadyError("the last load is not built yet", "`tars-bench build` comes first")
    if whole and whole_load_id < last_load_id:
        raise NotReadyError(
            "only a part is built since the last load, as a live dashboard does",
            "`tars-bench build` comes first",
        )
    return int(number), str(invocation)


_LAST_BUILD: Final = """
    select
        max(build_number) as build_number,
        max_by(invocation_id, build_number) as invocation_id,
        max_by(is_success, build_number) as is_success,
        coalesce(max_by(last_load_id, build_number), 0) as built_load_id,
        coalesce(max(last_load_id) filter (where is_complete and is_success), 0) as whole_load_id,
        (select coalesce(max(load_id), 0) from raw.load_runs) as last_load_id,
    from meta.build_runs
    having max(build_number) is not null
"""


def _relations(connection: DuckDBPyConnection) -> list[_Relation]:
    """List what is published, in an order in which every foreign key finds its table."""
    rows = connection.execute(
        """
        select schema_name, table_name, sql, estimated_size
        from duckdb_tables()
        where not temporary and database_name = current_database()
        union all
        select schema_name, view_name, null, null
        from duckdb_views()
        where not internal and not temporary and database_name = current_database()
        order by 1, 2
        """
    ).fetchall()
    # What the phases' SQL reads, so that reports can run it over other windows.
    read = inputs(window_models(connection))
    wanted = [
        _Relation(schema, name, ddl)
        for schema, name, ddl, _ in rows
        if schema in PUBLISHED_SCHEMAS
        or (schema == "raw" and name in PUBLISHED_RAW_TABLES)
        or f"{schema}.{name}" in read
    ]
    return sorted(wanted, key=lambda relation: "REFERENCES" in (relation.ddl or "").upper())


def _write(
    workspace: Workspace,
    temporary: Path,
    relations: Sequence[_Relation],
    made_of: tuple[int | None, int, str],
) -> tuple[int, int]:
    import duckdb

    with duckdb.connect(str(temporary)) as connection:
        connection.execute("set preserve_insertion_order = true")
        # Under the name it has for dbt: views name their catalog.
        path = str(workspace.working_database).replace("'", "''")
        connection.execute(f"attach '{path}' as working (read_only)")
        connection.begin()  # one write to the disk, not one for each comment
        row_count = sum(_copy(connection, relation) for relation in relations)
        _copy_comments(connection, relations)
        _name_plainly(connection, relations)
        _write_release(connection, made_of, len(relations), row_count)
        connection.commit()
        connection.execute("detach working")
        connection.execute("checkpoint")
    return len(relations), row_count


def _copy(connection: DuckDBPyConnection, relation: _Relation) -> int:
    """Copy one table with its constraints; return how many rows."""
    connection.execute(f'create schema if not exists "{relation.schema}"')
    if relation.ddl is None:
        connection.execute(f"create table {relation.sql} as from working.{relation.sql}")
    else:
        connection.execute(relation.ddl)
        connection.execute(f"insert into {relation.sql} from working.{relation.sql}")
    return int(connection.table(relation.sql).count("*").fetchall()[0][0])


def _copy_comments(connection: DuckDBPyConnection, relations: Sequence[_Relation]) -> None:
    published = {(relation.schema, relation.name) for relation in relations}
    for schema, table, column, comment in connection.execute(_COMMENTS).fetchall():
        if (schema, table) in published:
            what = (
                f'column "{schema}"."{table}"."{column}"'
                if column
                else f'table "{schema}"."{table}"'
            )
            text = comment.replace("'", "''")
            connection.execute(f"comment on {what} is '{text}'")


def _name_plainly(connection: DuckDBPyConnection, relations: Sequence[_Relation]) -> None:
    """Give each public table its plain name, so that `show tables` lists these and no others."""
    for relation in relations:
        if relation.schema == _PUBLIC_SCHEMA:
            connection.execute(f'create view main."{relation.name}" as from {relation.sql}')


_PUBLIC_SCHEMA: Final = "marts"

_COMMENTS: Final = """
    select schema_name, table_name, null, comment
    from duckdb_tables()
    where database_name = 'working' and comment is not null
    union all
    select schema_name, view_name, null, comment
    from duckdb_views()
    where database_name = 'working' and comment is not null
    union all
    select schema_name, table_name, column_name, comment
    from duckdb_columns()
    where database_name = 'working' and comment is not null
"""


def _write_release(
    connection: DuckDBPyConnection,
    made_of: tuple[int | None, int, str],
    table_count: int,
    row_count: int,
) -> None:
    connection.execute("create schema if not exists meta")
    connection.execute(
        """
        create or replace table meta.release (
            release_number bigint,
            build_number bigint not null,
            released_at timestamp not null,
            build_invocation_id varchar not null,
            table_count bigint not null,
            row_count bigint not null
        )
        """
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    release_number, build_number, invocation = made_of
    connection.execute(
        "insert into meta.release values (?, ?, ?, ?, ?, ?)",
        [release_number, build_number, now, invocation, table_count, row_count],
    )
    connection.execute("comment on table meta.release is 'One row: when this file was published.'")


def _put_in_place(temporary: Path, target: Path) -> None:
    """Make the new file durable and read-only, then let it take the published name."""
    temporary.chmod(0o444)
    sync(temporary)
    temporary.replace(target)
    sync(target.parent)


def _remove_leftovers(target: Path) -> None:
    """Delete what a crashed publish left behind; the caller holds the workspace alone."""
    for path in target.parent.glob(f"*{_TEMPORARY_SUFFIX}*"):
        path.unlink()
