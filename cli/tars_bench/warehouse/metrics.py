"""The registry of metrics, and the values the published file holds of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Final

from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.shared.tables import Rows
from tars_bench.warehouse.binding import execute
from tars_bench.warehouse.files import has_table, open_reader
from tars_bench.warehouse.query import explained
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.seeds import own_seeds, project_seeds, read_seed

_REGISTRY: Final = "metric_definitions.csv"
_SHOWN: Final = ("metric_id", "unit", "direction", "formula", "spec_section")


_TABLES: Final = {
    "hour": ("metrics_hourly", "metric_hour_at"),
    "day": ("metrics_daily", "metric_date"),
    "week": ("metrics_weekly", "week_start_date"),
    "month": ("metrics_monthly", "month_start_date"),
    "phase": ("phase_metrics", "phase_id"),
}


def definitions(workspace: Workspace) -> Rows:
    """Return every metric: its id, unit, better direction and formula in words."""
    path = own_seeds(workspace).get(_REGISTRY, project_seeds()[_REGISTRY])
    rows = [row for _, row in read_seed(path).rows]
    return Rows(_SHOWN, [tuple(row[name] for name in _SHOWN) for row in rows])


@contextmanager
def values(workspace: Workspace, metric_id: str, grain: str) -> Iterator[Rows]:
    """Open the values of one metric in order of time; they may be read while the context lasts.

    Raises:
        UsageError: There is no such metric, or it is not measured at this grain.
        NotReadyError: Nothing was published yet.
    """
    known = [str(row[0]) for row in definitions(workspace).rows]
    if metric_id not in known:
        close = get_close_matches(metric_id, known, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`tars-bench metrics` lists them"
        raise UsageError(f"no metric is called {metric_id!r}", hint)
    table, period = _TABLES[grain]
    with open_reader(workspace.published_database) as connection, explained():
        if not has_table(connection, "marts", table):
            raise NotReadyError(f"the published file has no marts.{table}", "`tars-bench run`")
        relation = connection.table(f"marts.{table}")
        if grain == "phase":
            # The registry's own spelling, compared as a value.
            found = execute(connection, _PHASE_VALUES, [metric_id])
            yield Rows((period, metric_id), found.fetchall())
            return
        if metric_id not in relation.columns:
            raise UsageError(f"{metric_id} is not measured by the {grain}")
        yield Rows((period, metric_id), relation.select(period, metric_id).order(period).fetchall())


_PHASE_VALUES: Final = """
    select
        phase_metrics.phase_id,
        phase_metrics.metric_value,
    from marts.phase_metrics
    left join seeds.phases
        on phases.phase_id = phase_metrics.phase_id
    where phase_metrics.metric_id = ?
    order by phases.phase_order
"""
