"""The small batches the guard suites look at, read from the working database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tars_bench.shared.text import html
from tars_bench.warehouse.files import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame


@dataclass(frozen=True)
class _Query:
    """A statement, and the tables without which it cannot be asked."""

    needs: tuple[str, ...]
    sql: str


_METRICS_DAILY_SQL: Final = """
    with metrics_daily as (
        select * from marts.metrics_daily
    ),

    days_compared as (
        select
            metrics_daily.*,
            max(metric_date) over () as last_date,
            count(*) over last_week as trailing_day_count,
            median(request_count) over last_week as trailing_median
        from metrics_daily
        window last_week as (
            order by metric_date
            rows between 7 preceding and 1 preceding
        )
    )

    select
        * exclude (last_date, trailing_day_count, trailing_median),
        case
            when trailing_day_count >= 3 and date_diff('day', metric_date, last_date) < 7
                then request_count / nullif(trailing_median, 0)
        end as request_volume_ratio
    from days_compared
    order by metric_date
"""

# Days that only one side knows are not compared: null, so no guard can pass on them.
_RECONCILIATION_SQL: Final = """
    select
        *,
        case
            when reconciliation_status in ('matches', 'differs') then reconciliation_status
        end as compared_status
    from marts.cost_reconciliation_daily
    order by cost_date, source_system
"""

_PHASE_METRICS_SQL: Final = """
    select
        phase_metrics.phase_id,
        phase_metrics.metric_id,
        phase_metrics.sample_count,
        case when definitions.unit = 'ratio' then phase_metrics.metric_value end as ratio_value,
        case when definitions.unit <> 'ratio' then phase_metrics.metric_value end as amount_value
    from marts.phase_metrics as phase_metrics
    left join seeds.metric_definitions as definitions
        on phase_metrics.metric_id = definitions.metric_id
    order by phase_metrics.phase_id, phase_metrics.metric_id
"""

# An archive is older than the limit when it is first loaded; its age then says nothing.
_FRESHNESS_SQL: Final = """
    with request_days as (
        select
            min(requested_date) as first_date,
            max(requested_date) as last_date,
            min(requests.load_id) as first_load_id
        from marts.fct_requests as requests
        left join raw.load_runs as load_runs
            on requests.load_id = load_runs.load_id
        -- Dated more than a day after its load, a request is on no day.
        where
            load_runs.load_id is null
            or requests.requested_at <= load_runs.started_at + interval 1 day
    ),

    metric_days as (
        select
            min(metric_date) as first_date,
            max(metric_date) as last_date
        from marts.metrics_daily
    ),

    complete_loads as (
        select
            load_id,
            cast(finished_at as date) as load_date
        from raw.load_runs
        where status = 'complete'
    ),

    first_delivery as (
        select max(requests.requested_date) as last_date
        from marts.fct_requests as requests
        inner join request_days on requests.load_id = request_days.first_load_id
    ),

    ages as (
        select
            date_diff(
                'day',
                (select last_date from first_delivery),
                min_by(load_date, load_id)
            ) as first_age,
            date_diff(
                'day',
                (select last_date from request_days),
                max_by(load_date, load_id)
            ) as last_age
        from complete_loads
        where load_id >= (select first_load_id from request_days)
    )

    select
        greatest(
            date_diff('day', metric_days.last_date, request_days.last_date),
            date_diff('day', request_days.first_date, metric_days.first_date)
        ) as days_behind_requests,
        case when ages.first_age <= ? then ages.last_age end as days_behind_load
    from request_days
    cross join metric_days
    cross join ages
    where request_days.last_date is not null
"""

_BUILDS_SQL: Final = """
    with last_build as (
        select coalesce(max(last_load_id), 0) as load_id
        from meta.build_runs
        where is_success and is_complete
    )

    select count(load_runs.load_id) as unbuilt_load_count
    from last_build
    left join raw.load_runs as load_runs
        on load_runs.load_id > last_build.load_id and load_runs.status = 'complete'
"""

_SOURCE_DAYS_SQL: Final = """
    with last_days as (
        select
            'api_responses' as source_table,
            cast(max(requested_at) as date) as last_date
        from raw.tars_api_responses
        union all
        select
            'optimization_events' as source_table,
            cast(max(occurred_at) as date) as last_date
        from raw.tars_optimization_events
        union all
        select
            'daily_costs' as source_table,
            max(cost_date) as last_date
        from raw.tars_daily_costs
    )

    select
        source_table,
        last_date,
        date_diff('day', last_date, max(last_date) over ()) as days_behind_others
    from last_days
    order by source_table
"""

_BATCHES: Final = {
    "metrics_daily": _Query(("marts.metrics_daily",), _METRICS_DAILY_SQL),
    "model_usage_daily": _Query(
        ("marts.model_usage_daily",), "select * from marts.model_usage_daily"
    ),
    "cost_reconciliation_daily": _Query(("marts.cost_reconciliation_daily",), _RECONCILIATION_SQL),
    "phase_metrics": _Query(
        ("marts.phase_metrics", "seeds.metric_definitions"), _PHASE_METRICS_SQL
    ),
    "checklist_evidence": _Query(
        ("marts.checklist_evidence",), "select * from marts.checklist_evidence"
    ),
    "freshness": _Query(
        ("marts.fct_requests", "marts.metrics_daily", "raw.load_runs"), _FRESHNESS_SQL
    ),
    "builds": _Query(("meta.build_runs", "raw.load_runs"), _BUILDS_SQL),
    "sources": _Query(
        ("raw.tars_api_responses", "raw.tars_optimization_events", "raw.tars_daily_costs"),
        _SOURCE_DAYS_SQL,
    ),
}

_NUMBERS: Final = {
    "day_span": _Query(
        ("marts.metrics_daily",),
        # A silence of more than 92 days (var longest_silence_days) is not filled.
        "select 1 + coalesce(sum(case when gap <= 92 then gap else 1 end), 0) from ("
        " select metric_date - lag(metric_date) over (order by metric_date) as gap"
        " from marts.metrics_daily) where gap is not null",
    ),
    "phase_count": _Query(("seeds.phases",), "select count(*) from seeds.phases"),
}


def read_batch(
    connection: DuckDBPyConnection, name: str, parameters: tuple[int, ...] = ()
) -> DataFrame:
    """Return the rows a guard suite looks at; no row and no column if a table is missing.

    Decimals arrive as floats: a guard looks at ranges, not at the last digit. Text arrives escaped
    for HTML: it comes from logs, and the library writes what it finds into its pages as it is.
    """
    from pandas import DataFrame

    query = _BATCHES[name]
    if not _has_all(connection, query):
        return DataFrame()
    frame = connection.execute(query.sql, list(parameters)).df()
    for column in frame.columns:
        if frame[column].dtype.kind == "O":
            frame[column] = frame[column].map(_escaped)
    return frame


def _escaped(value: object) -> object:
    return html(value) if isinstance(value, str) else value


def read_number(connection: DuckDBPyConnection, name: str) -> int:
    """Return a count that a suite is told to expect; 0 if it cannot be asked for."""
    query = _NUMBERS[name]
    row = connection.execute(query.sql).fetchone() if _has_all(connection, query) else None
    return int(row[0]) if row and row[0] is not None else 0


def _has_all(connection: DuckDBPyConnection, query: _Query) -> bool:
    return all(has_table(connection, *name.split(".")) for name in query.needs)
