"""What a run has to build: everything, what depends on what changed, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tars_bench.warehouse.files import has_column, open_reader
from tars_bench.warehouse.inputs import Inputs, Made, read_made
from tars_bench.workspace.config import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SOURCES: Final = "source:*+"
_PRICES: Final = "source:prices+"
_PRICE_SEED: Final = "price_overrides.csv"


@dataclass(frozen=True)
class BuildPlan:
    """What to build.

    Args:
        is_needed: Whether there is anything to build.
        select: dbt selectors; none for everything.
        made: What was made last, where the rest of it still holds.
    """

    is_needed: bool = True
    select: tuple[str, ...] = ()
    made: Made | None = None


def plan_build(
    workspace: Workspace, inputs: Inputs, load_id: int, *, is_news: bool, is_repriced: bool
) -> BuildPlan:
    """Compare what there is now with what was made last.

    Args:
        workspace: Its working database holds what was made.
        inputs: What there is now.
        load_id: The load of this run.
        is_news: Whether that load found anything new.
        is_repriced: Whether the price book changed.
    """
    made = read_made(workspace)
    with open_reader(workspace.working_database) as connection:
        last = _last_build(connection)
        if made is None or last is None or last.invocation_id != made.invocation_id:
            return BuildPlan()
        is_news = is_news or _is_unbuilt(connection, last.load_id, load_id)
    changed = made.inputs.changed_parts(inputs)
    if {"code", "settings"} & {*changed}:
        return BuildPlan()
    seeds = made.inputs.changed_seeds(inputs)
    is_repriced = is_repriced or "prices" in changed or _PRICE_SEED in seeds
    select = _selectors(seeds, is_news, is_repriced)
    return BuildPlan(bool(select), select, made)


def last_invocation(workspace: Workspace) -> str | None:
    """Return the last build, if it was complete and successful."""
    with open_reader(workspace.working_database) as connection:
        last = _last_build(connection)
    return last.invocation_id if last else None


@dataclass(frozen=True)
class _Build:
    invocation_id: str
    load_id: int


def _last_build(connection: DuckDBPyConnection) -> _Build | None:
    if not has_column(connection, "meta", "build_runs", "build_number"):
        return None
    found = connection.execute(
        """
        select invocation_id, coalesce(last_load_id, 0), is_success and is_complete
        from meta.build_runs
        order by build_number desc nulls last
        limit 1
        """
    ).fetchone()
    return _Build(str(found[0]), int(found[1])) if found and found[2] else None


def _is_unbuilt(connection: DuckDBPyConnection, built_load_id: int, load_id: int) -> bool:
    """Say whether another load than this run's came after the build."""
    found = connection.execute(
        "select count(*) from raw.load_runs where load_id > ? and load_id < ?",
        [built_load_id, load_id],
    ).fetchone()
    return found is not None and found[0] > 0


def _selectors(seeds: Sequence[str], is_news: bool, is_repriced: bool) -> tuple[str, ...]:
    found = [f"{name.removesuffix('.csv')}+" for name in seeds]
    if is_news:
        found.append(_SOURCES)
    elif is_repriced:
        found.append(_PRICES)
    return tuple(found)
