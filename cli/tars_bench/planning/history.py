"""The days a plan is made from: what the published file knows of each metric, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tars_bench.planning.power import DayValue
from tars_bench.shared.errors import NotReadyError
from tars_bench.warehouse.binding import execute
from tars_bench.warehouse.files import has_column, has_table, open_reader
from tars_bench.workspace.config import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COSTS: Final = ("daily_cost", "cost_per_api_call", "cost_per_task")
_NEEDED: Final = (
    ("marts", "metrics_daily", "cost_usd"),
    ("seeds", "metric_definitions", "kind"),
    ("seeds", "phases", "start_date"),
)


@dataclass(frozen=True)
class Margin:
    """By how much a metric of quality may get worse: absolute, or as a share of its mean."""

    size: float
    is_relative: bool


@dataclass(frozen=True)
class MetricDays:
    """A metric, the days it is known of, and its margin if it is one of quality."""

    metric_id: str
    days: tuple[DayValue, ...]
    margin: Margin | None


def read_history(workspace: Workspace, first: date | None, before: date) -> tuple[MetricDays, ...]:
    """Return the metrics that can be planned for, with their days before a date.

    Raises:
        NotReadyError: Nothing is published yet, or it lacks what a plan is made from.
    """
    with open_reader(workspace.published_database) as connection:
        _require_columns(connection)
        found = _records(connection, _DAYS, [before, first])
        metrics = {str(row["metric_id"]): row for row in _records(connection, _METRICS, [])}
        margins = _margins(connection)
    wanted = [*_COSTS, *(name for name in margins if name not in _COSTS)]
    read = (
        MetricDays(name, tuple(_days(metrics[name], found)), margins.get(name))
        for name in wanted
        if name in metrics
    )
    # What a log never tells of is left out; cost is always asked for, tasks only where they exist.
    return tuple(one for one in read if one.days or one.metric_id in _COSTS[:2])


def _require_columns(connection: DuckDBPyConnection) -> None:
    for schema, table, column in _NEEDED:
        if not has_column(connection, schema, table, column):
            raise NotReadyError(
                f"the published file has no {column} in {schema}.{table}", "`tars-bench run`"
            )


def _days(metric: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> Iterator[DayValue]:
    is_ratio = metric["kind"] == "ratio"
    for row in rows:
        whole = _number(row.get(str(metric["denominator"]))) if is_ratio else 1.0
        part = _number(row.get(str(metric["numerator" if is_ratio else "metric_id"])))
        day = row["metric_date"]
        if part is not None and whole and isinstance(day, date):
            scale = (_number(metric["scale"]) or 1.0) if is_ratio else 1.0
            yield DayValue(day, part * scale, whole, int(_number(row["stretch"]) or 0))


def _margins(connection: DuckDBPyConnection) -> dict[str, Margin]:
    if not has_table(connection, "seeds", "quality_margins"):
        return {}
    return {
        str(row["metric_id"]): Margin(
            _number(row["margin"]) or 0.0, row["margin_kind"] == "relative"
        )
        for row in _records(connection, _MARGINS, [])
    }


def _records(
    connection: DuckDBPyConnection, statement: str, values: Sequence[object]
) -> list[dict[str, object]]:
    found = execute(connection, statement, values)
    names = [str(column[0]) for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float | Decimal) else None


_DAYS: Final = """
    select
        *,
        -- grows at the first day of every phase and after its last
        (select count(*) from seeds.phases where start_date <= metric_date)
        + (select count(*) from seeds.phases where end_date < metric_date) as stretch,
    from marts.metrics_daily
    where
        metric_date < $1
        and ($2 is null or metric_date >= $2)
        and cost_usd is not null
    order by metric_date
"""
_METRICS: Final = "select * from seeds.metric_definitions order by metric_order"
_MARGINS: Final = "select * from seeds.quality_margins order by margin_order"
