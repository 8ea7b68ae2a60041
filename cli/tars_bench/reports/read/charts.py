"""What the charts read: the daily marts and the phases, in the report's own snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tars_bench.reports.read.records import ChartData, Record

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS: Final = """
    select table_name, column_name
    from information_schema.columns
    where
        table_catalog = current_database()
        and table_schema = 'marts'
"""
_DAYS: Final = """
    select
        metric_date,
        day_count,
        active_day_count,
        cost_usd,
        response_time_p50,
        response_time_p95,
        response_time_p99,
        cache_hit_rate,
        prompt_cache_read_rate,
        batch_efficiency
    from marts.metrics_daily
    order by metric_date
"""
_MODELS: Final = """
    select
        usage_date,
        model_family,
        sum(api_call_count) as api_call_count
    from marts.model_usage_daily
    group by
        usage_date,
        model_family
    order by
        usage_date,
        model_family
"""
_AVOIDED: Final = """
    select
        phase_id,
        driver_id,
        metric_date,
        is_baseline_day,
        observed_usd,
        counterfactual_usd,
        counterfactual_usd_low,
        counterfactual_usd_high,
        avoided_so_far_usd,
        avoided_so_far_usd_low,
        avoided_so_far_usd_high,
        valued_so_far_usd
    from marts.avoided_cost_days
    order by
        phase_id,
        driver_id,
        metric_date
"""
_BRIDGE: Final = """
    select
        phase_id,
        factor_id,
        factor_name,
        baseline_daily_usd,
        phase_daily_usd,
        contribution_usd_per_day
    from marts.cost_bridge_phases
    order by
        phase_id,
        factor_order,
        factor_id
"""
_NEEDED: Final = {
    "metrics_daily": frozenset(
        {"metric_date", "day_count", "active_day_count", "cost_usd", "response_time_p50"}
    ),
    "model_usage_daily": frozenset({"usage_date", "model_family", "api_call_count"}),
    "avoided_cost_days": frozenset({"phase_id", "driver_id", "valued_so_far_usd"}),
    "cost_bridge_phases": frozenset(
        {"phase_id", "factor_order", "baseline_daily_usd", "contribution_usd_per_day"}
    ),
}


def read_chart_data(connection: DuckDBPyConnection) -> ChartData:
    """Read the daily marts of a published file; those it does not have stay empty."""
    present: dict[str, set[str]] = {}
    for table, column in connection.execute(_COLUMNS).fetchall():
        present.setdefault(table, set()).add(column)

    def rows(table: str, sql: str) -> tuple[Record, ...]:
        return _records(connection, sql) if _NEEDED[table] <= present.get(table, set()) else ()

    return ChartData(
        days=rows("metrics_daily", _DAYS),
        models=rows("model_usage_daily", _MODELS),
        avoided=rows("avoided_cost_days", _AVOIDED),
        bridge=rows("cost_bridge_phases", _BRIDGE),
    )


def _records(connection: DuckDBPyConnection, sql: str) -> tuple[Record, ...]:
    cursor = connection.execute(sql)
    names: Sequence[str] = [column[0] for column in cursor.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
