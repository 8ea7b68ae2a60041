"""Any days as the phases of a plan: the SQL of the phase tables, run over other windows.

The published file holds the SQL its tables were built with. Here a second, empty database in
memory takes the name the SQL knows. It sees every published table but the plan's phases, has
windows in their place, and builds the tables that follow from them anew. So a figure for any
days has the same definition as the one for a phase; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.warehouse.binding import execute
from tars_bench.warehouse.files import open_reader
from tars_bench.warehouse.lineage import above, window_models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from tars_bench.warehouse.lineage import CompiledModel

PUBLISHED: Final = "published"
"""The name under which a query finds the published file itself, with the plan's own phases."""

_SEEDS: Final = ("seeds.phases", "seeds.phase_strategies")


@dataclass(frozen=True, slots=True)
class Window:
    """Calendar days of the reporting time zone, both ends included, and how reports call them."""

    window_id: str
    name: str
    first_date: date
    last_date: date

    def __post_init__(self) -> None:
        if self.first_date > self.last_date:
            raise UsageError(
                f"the {self.name.lower()} ends before it begins: {self.span}",
                "write the first day, then the last",
            )

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return (self.last_date - self.first_date).days + 1

    @property
    def ends(self) -> tuple[date, date]:
        """Its first and its last day."""
        return self.first_date, self.last_date

    @property
    def span(self) -> str:
        """Its days as reports write them."""
        return f"{self.first_date.isoformat()} to {self.last_date.isoformat()}"

    @property
    def days(self) -> Iterator[date]:
        """Its days in order."""
        return (self.first_date + timedelta(days=number) for number in range(self.day_count))

    def overlaps(self, other: Window) -> bool:
        """Say whether the two have a day in common."""
        return self.first_date <= other.last_date and other.first_date <= self.last_date


@contextmanager
def open_windows(
    database: Path, baseline: Window, window: Window, wanted: Sequence[str] = ()
) -> Iterator[DuckDBPyConnection]:
    """Open the published warehouse as if its plan were these two windows.

    The baseline is the plan's baseline there, the other its only phase, and its final one. The
    strategies in use are those whose events were logged on the days of the window.

    Args:
        database: The published file.
        baseline: What the window is compared with.
        window: The days in question.
        wanted: The tables that will be read ("marts.report_lines"), so that no other is built;
            all if there are none.

    Raises:
        NotReadyError: Nothing is published, or it lacks the SQL.

    """
    with open_reader(database) as reader:
        models = window_models(reader)
    with open_rebuilt(database, models, _SEEDS) as connection:
        _write_plan(connection, baseline, window)
        build(connection, above(models, wanted or models))
        yield connection


@contextmanager
def open_rebuilt(
    database: Path, models: Mapping[str, CompiledModel], replaced: Sequence[str]
) -> Iterator[DuckDBPyConnection]:
    """Open the published warehouse with some tables empty, and without what is built from them.

    Args:
        database: The published file.
        models: What will be built anew.
        replaced: The tables that are there without a row, to be filled first.

    Raises:
        NotReadyError: Nothing is published, or it lacks the SQL.

    """
    import duckdb

    if not models:
        raise NotReadyError(
            f"{database} lacks the SQL its tables were built with", "`tars-bench run` adds it"
        )
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        path = str(database).replace("'", "''")
        connection.execute(f"attach '{path}' as {PUBLISHED} (read_only)")
        catalog = next(iter(models.values())).catalog
        connection.execute(f"attach ':memory:' as {_quoted(catalog)}")
        connection.execute(f"use {_quoted(catalog)}")
        # The SQL that is run comes out of a file: it shall reach nothing else.
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        _show_published(connection, {*models, *replaced})
        for relation in replaced:
            connection.execute(f"create table {relation} as from {PUBLISHED}.{relation} limit 0")
        yield connection


def _show_published(connection: DuckDBPyConnection, replaced: set[str]) -> None:
    """Let every published table be seen under its own name, but those that are replaced."""
    rows = execute(connection, _TABLES, [PUBLISHED]).fetchall()
    for schema in sorted({schema for schema, _ in rows}):
        connection.execute(f"create schema if not exists {_quoted(schema)}")
    for schema, name in rows:
        if f"{schema}.{name}" not in replaced:
            relation = f"{_quoted(schema)}.{_quoted(name)}"
            connection.execute(f"create view {relation} as from {PUBLISHED}.{relation}")


def _write_plan(connection: DuckDBPyConnection, baseline: Window, window: Window) -> None:
    for order, one in enumerate((baseline, window)):
        execute(
            connection,
            _INSERT_PHASE,
            [one.window_id, one.name, order, one.first_date, one.last_date, not order, bool(order)],
        )
    execute(connection, _INSERT_STRATEGIES, [window.window_id, window.first_date, window.last_date])


def build(connection: DuckDBPyConnection, models: Mapping[str, CompiledModel]) -> None:
    """Build tables by the SQL they were published with, parents first."""
    for model in models.values():
        relation = f"{_quoted(model.schema)}.{_quoted(model.name)}"
        connection.execute(f"create schema if not exists {_quoted(model.schema)}")
        connection.execute(f"create table {relation} as (\n{model.sql}\n)")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_TABLES: Final = """
    select schema_name, table_name
    from duckdb_tables()
    where database_name = ? and not internal
    order by schema_name, table_name
"""
_INSERT_PHASE: Final = """
    insert into seeds.phases
        (phase_id, phase_name, phase_order, start_date, end_date, is_baseline, is_final)
    values (?, ?, ?, ?, ?, ?, ?)
"""
_INSERT_STRATEGIES: Final = """
    insert into seeds.phase_strategies (phase_id, strategy_id)
    select distinct ?, strategy_id
    from marts.fct_optimization_events
    where strategy_id is not null and occurred_date between ? and ?
"""
