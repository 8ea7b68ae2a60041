"""How often the intervals of the proof hold the truth, on simulated data with a known truth.

python bench/metric_coverage.py [--comparisons 1000] [--replicates 1000] [--scenario NAME ...]

Each comparison draws two windows with the simulator (independent draws: its day and night
rhythm, its sessions, calls of a session alike). The models' own SQL, as dbt compiles it, then
runs over many comparisons at once: each is a baseline and a phase on days of its own. Printed
per metric: the share of intervals that hold the true change, of the verdicts that claim a
change, the share resampled by day, and how far the estimates are off on average.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from compiled_models import CATALOG, PROJECT, compiled_models

from tars_bench.simulate.options import SimulationOptions
from tars_bench.simulate.workload import PhaseWorkload, draw_phases

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FIRST_DAY = date(1980, 1, 1)
CLUSTER_COMPONENTS = "intermediate.int_cluster_components"
MODELS_BEFORE_WINDOWS = (
    "intermediate.int_reporting_days",
    "intermediate.int_metric_components",
    "marts.metrics_daily",
)
MODELS_AFTER_WINDOWS = (
    "intermediate.int_window_components",
    "intermediate.int_window_metrics",
    "marts.phase_metrics",
    "marts.phase_comparison",
    "intermediate.int_window_costs",
    "intermediate.int_cost_reductions",
    "intermediate.int_measure_changes",
    "intermediate.int_request_clusters",
    "intermediate.int_request_components",
    "intermediate.int_task_components",
    "intermediate.int_feedback_components",
    "intermediate.int_day_components",
    CLUSTER_COMPONENTS,
    "intermediate.int_replicate_sums",
    "intermediate.int_replicate_metrics",
    "intermediate.int_metric_spreads",
    "intermediate.int_change_spreads",
    "intermediate.int_history_days",
    "intermediate.int_history_trends",
    "intermediate.int_placebo_changes",
    "intermediate.int_interval_bases",
    "intermediate.int_change_intervals",
    "marts.proof_intervals",
)
ALL_MODELS = (*MODELS_BEFORE_WINDOWS, *MODELS_AFTER_WINDOWS)


@dataclass(frozen=True)
class Scenario:
    """Two windows of the plan to compare, and the change of the daily cost that is true.

    Attributes:
        days: Days of the whole plan; the windows' lengths scale with it.
        sessions_per_day: None for the plan's three sessions that go on through all days.
        effect_size: Share of the plan's effect that happens.
        before, after: Which phases of the plan are compared, 0 is the baseline.
        day_spread: Sigma of a log-normal factor that all calls of a day share in cost.
        cost_change: True change of the daily cost.
    """

    days: int
    sessions_per_day: int | None
    effect_size: float
    before: int
    after: int
    day_spread: float = 0.0
    cost_change: float = 0.0


COST_PER_DAY = (
    "daily_cost",
    "daily_cost_calendar",
    "weekly_cost",
    "monthly_cost_projection",
    "constant_price_daily_cost",
)
TEN_PERCENT = 0.85 / 3.53
"""Of the plan's $3.53 less a day; 10 % of $8.50 in its last phase."""
SCENARIOS = {
    "sessions": Scenario(26, 15, 0.0, 0, 2),
    "few-sessions": Scenario(26, 3, 0.0, 0, 2),
    "plan": Scenario(26, None, 0.0, 0, 2),
    "optimised": Scenario(26, 15, 1.0, 4, 4),
    "two-weeks": Scenario(60, 6, 0.0, 2, 4),
    "drifting": Scenario(60, 6, 0.0, 2, 4, day_spread=0.3),
    "effect": Scenario(156, 60, TEN_PERCENT, 0, 4, cost_change=-0.10),
}


def main(words: Sequence[str] | None = None) -> None:
    """Run the scenarios asked for and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=1_000)
    parser.add_argument("--replicates", type=int, default=1_000)
    parser.add_argument("--chunk", type=int, default=100, help="comparisons in one statement")
    parser.add_argument("--scenario", action="append", choices=sorted(SCENARIOS))
    arguments = parser.parse_args(words)
    with TemporaryDirectory() as folder:
        statements = compiled_models(Path(folder), arguments.replicates, ALL_MODELS)
        for name in arguments.scenario or SCENARIOS:
            started = time.monotonic()
            rows = run_scenario(SCENARIOS[name], statements, arguments.comparisons, arguments.chunk)
            print_table(name, SCENARIOS[name], rows, time.monotonic() - started)


def run_scenario(
    scenario: Scenario, statements: dict[str, str], comparisons: int, chunk: int
) -> pd.DataFrame:
    """The intervals of all comparisons, one row per comparison and metric or measure."""
    import pandas as pd

    parts = []
    for first in range(0, comparisons, chunk):
        parts.append(run_chunk(scenario, statements, range(first, min(first + chunk, comparisons))))
        print(f"  {first + chunk} of {comparisons}", file=sys.stderr, flush=True)
    return pd.concat(parts)


def run_chunk(
    scenario: Scenario, statements: dict[str, str], numbers: Sequence[int]
) -> pd.DataFrame:
    """Draw these comparisons and run the models over them."""
    import duckdb

    with duckdb.connect() as connection:
        prepare_tables(connection)
        for number in numbers:
            insert_comparison(connection, scenario, number, number - numbers[0])
        run_models(connection, statements, days_only=bool(scenario.cost_change))
        return connection.sql(INTERVALS_SQL).df()


def run_models(
    connection: duckdb.DuckDBPyConnection, statements: dict[str, str], *, days_only: bool = False
) -> None:
    """Make the tables of the models, the windows in between.

    Args:
        connection: Where the requests are.
        statements: The SQL of each model.
        days_only: Leave the clusters out: a tenth of the time, and the same figures per day.

    """
    for name in MODELS_BEFORE_WINDOWS:
        connection.execute(f"create or replace table {name} as {statements[name]}")
    connection.execute(WINDOWS_SQL)
    for name in MODELS_AFTER_WINDOWS:
        connection.execute(f"create or replace table {name} as {statements[name]}")
        if days_only and name == CLUSTER_COMPONENTS:
            connection.execute(f"delete from {name} where resampled_unit = 'cluster'")


def prepare_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty inputs, and the seeds as they stand in the project."""
    connection.execute(f"attach ':memory:' as {CATALOG}; use {CATALOG}; set threads = 2")
    connection.execute(TABLES_SQL)
    connection.execute(
        "create table seeds.metric_definitions as from read_csv(?)",
        [str(PROJECT / "seeds/metric_definitions.csv")],
    )


def insert_comparison(
    connection: duckdb.DuckDBPyConnection, scenario: Scenario, number: int, place: int
) -> None:
    """Two windows, one after the other, on days that no other comparison has."""
    first_day = FIRST_DAY + timedelta(days=place * (2 * scenario.days + 2))
    for side, phase in zip(("before", "after"), drawn_windows(scenario, number), strict=True):
        last_day = first_day + timedelta(days=phase.days - 1)
        connection.execute(
            "insert into windows values (?, ?, ?, ?)", [place, side, first_day, last_day]
        )
        insert_phase(connection, scenario, phase, [f"{place}-{side}-", first_day], number)
        first_day = last_day + timedelta(days=1)


def drawn_windows(scenario: Scenario, number: int) -> Iterator[PhaseWorkload]:
    """Both windows; two windows of the same phase are drawn from two seeds."""
    for seed, wanted in ((2 * number, scenario.before), (2 * number + 1, scenario.after)):
        options = SimulationOptions(
            out=Path("unused"),
            seed=seed,
            days=scenario.days,
            sessions_per_day=scenario.sessions_per_day,
            effect_size=scenario.effect_size,
            draws="independent",
        )
        yield next(phase for place, phase in enumerate(draw_phases(options)) if place == wanted)


def insert_phase(
    connection: duckdb.DuckDBPyConnection,
    scenario: Scenario,
    phase: PhaseWorkload,
    names: list[object],
    number: int,
) -> None:
    """The requests and the feedback of one window."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng([number, phase.days, phase.first_day])
    factors = np.exp(scenario.day_spread * random.standard_normal(phase.days))
    drawn = pd.DataFrame(vars(phase.requests)).drop(columns="session")
    drawn["cost_nano"] = (drawn["cost_nano"] * factors[drawn["day"] - phase.first_day]).astype(
        "int64"
    )
    rated = pd.DataFrame(vars(phase.feedback))
    for frame, statement in ((drawn, REQUESTS_SQL), (rated, FEEDBACK_SQL)):
        frame["day"] -= phase.first_day
        frame["time_ms"] -= phase.first_day * 86_400_000
        connection.register("drawn", frame)
        connection.execute(statement, names)
        connection.unregister("drawn")


def print_table(name: str, scenario: Scenario, rows: pd.DataFrame, seconds: float) -> None:
    """Coverage and bias per metric that varies."""
    clusters = rows[rows.metric_id == "cost_per_api_call"]
    print(f"\n{name}: {scenario}")
    print(
        f"{len(clusters)} comparisons in {seconds:.0f} s; on average "
        f"{clusters.baseline_cluster_count.mean():.0f} and "
        f"{clusters.phase_cluster_count.mean():.0f} clusters"
    )
    print("| metric | compared | covers | % covers | claims | by day | mean change | mean % |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for metric, part in rows.groupby("metric_id", sort=False):
        print_line(str(metric), part, scenario.cost_change)


def print_line(metric: str, part: pd.DataFrame, cost_change: float) -> None:
    """One metric; nothing for one that never varies, or whose true change is not known."""
    judged = part[part.verdict != "not enough data"]
    if judged.empty or judged.change_value.abs().max() == 0:
        return
    if cost_change and metric not in COST_PER_DAY:
        return
    with_ratio = judged.dropna(subset=["change_ratio_low"])
    true_value = cost_change * part.baseline_value.mean()
    shares = [
        judged.change_value_low.le(true_value) & judged.change_value_high.ge(true_value),
        with_ratio.change_ratio_low.le(cost_change) & with_ratio.change_ratio_high.ge(cost_change),
        judged.verdict != "no clear change",
        judged.resampled_unit == "day",
    ]
    mean_change = judged.change_value.mean() / judged.baseline_value.mean()
    cells = [f"{share.mean():.1%}" for share in shares]
    cells += [f"{mean_change:+.2%}", f"{judged.change_ratio.mean():+.2%}"]
    print(f"| {metric} | {len(judged)} | {' | '.join(cells)} |")


TABLES_SQL = """
create schema staging; create schema intermediate; create schema marts; create schema seeds;
create table windows (comparison integer, side varchar, start_date date, end_date date);
create table staging.stg_ledger__load_runs (
    load_id bigint, status varchar, started_at timestamp, finished_at timestamp
);
create table staging.stg_tars__optimization_events (
    event_type varchar, occurred_at timestamp, file_id varchar, line_number bigint, load_id bigint
);
create table staging.stg_tars__session_costs (
    cost_date date, session_id varchar, file_id varchar, line_number bigint, load_id bigint
);
create table staging.stg_tars__feedback (
    task_id varchar, session_id varchar, user_satisfaction double, quality_score double,
    is_cached_response_correct boolean, submitted_at timestamp,
    file_id varchar, line_number bigint, load_id bigint
);
create table marts.fct_requests (
    request_id varchar, source_system varchar, session_id varchar, task_id varchar,
    source_request_id varchar, batch_id varchar, model_family varchar, status varchar,
    is_response_cache_hit boolean, is_api_call boolean, is_cache_hit_logged boolean,
    is_batch_logged boolean, is_prompt_cache_logged boolean, uncached_input_tokens bigint,
    cache_read_tokens bigint, cache_write_5m_tokens bigint, cache_write_1h_tokens bigint,
    output_tokens bigint, total_tokens bigint, avoided_tokens bigint, response_time_ms double,
    time_to_first_token_ms double, quality_score double, recorded_cost_usd decimal(18, 9),
    list_cost_usd decimal(18, 9), cost_usd decimal(18, 9), priced_tokens bigint,
    unpriced_tokens bigint, requested_at timestamp, requested_date date,
    requested_hour_at timestamp, load_id bigint
);
"""

WINDOWS_SQL = """
create or replace table seeds.phases as
select comparison || '-' || side as phase_id, start_date, end_date from windows;

create or replace table marts.metrics_hourly as
select *, cast(null as timestamp) as metric_hour_at from marts.metrics_daily limit 0;

create or replace table marts.phase_windows as
select
    comparison || '-' || side as phase_id, comparison || '-before' as baseline_phase_id,
    start_date, end_date, end_date as last_loaded_date, end_date - start_date + 1 as day_count,
    end_date - start_date + 1 as active_day_count, 1 as request_count,
    side = 'before' as is_baseline, true as has_event_log, 0 as uncosted_api_call_count,
    sum(api_call_count) as api_call_count, sum(task_count) as task_count,
    sum(completed_task_count) as completed_task_count, sum(cost_usd) as cost_usd
from windows
inner join marts.metrics_daily on metric_date between start_date and end_date
group by comparison, side, start_date, end_date;

create or replace table intermediate.int_baseline_rates as
select cast(null as timestamp) as baseline_card_at;

create or replace table intermediate.int_cost_cells_daily as
select
    phase_id, metric_date as requested_date, 'priced' as cell_kind,
    metrics_daily.cost_usd, metrics_daily.cost_usd as constant_price_cost_usd
from marts.phase_windows
inner join marts.metrics_daily on metric_date between start_date and end_date
"""

INTERVALS_SQL = """
from marts.proof_intervals
union all by name
select
    * exclude (has_enough_clusters, is_enough),
    case
        when change_value_low is null then 'not enough data'
        when change_value_low <= 0 and change_value_high >= 0 then 'no clear change'
        else 'changed'
    end as verdict
from intermediate.int_change_intervals
inner join intermediate.int_measure_changes using (phase_id, metric_id)
where metric_id in ('constant_price_daily_cost', 'cost_per_completed_task')
"""

REQUESTS_SQL = """
insert into marts.fct_requests by name
with timed as (
    select
        *, $1 || day || '-' as day_name,
        cast($2 as timestamp) + to_milliseconds(time_ms) as requested_at,
        case when is_hit then 0 else input_tokens end as billed_input_tokens,
        case when is_hit then 0 else output_tokens end as billed_output_tokens,
        cast(cost_nano as decimal(28, 0)) / 1000000000 as cost
    from drawn
)
select
    day_name || ordinal as request_id, 'tars' as source_system, $1 || session_code as session_id,
    day_name || task as task_id, case when batch >= 0 then day_name || batch end as batch_id,
    case model when 0 then 'sonnet' else 'haiku' end as model_family,
    case when error >= 0 then 'error' else 'ok' end as status, is_hit as is_response_cache_hit,
    not is_hit as is_api_call, true as is_cache_hit_logged, true as is_batch_logged,
    true as is_prompt_cache_logged, billed_input_tokens as uncached_input_tokens,
    0 as cache_read_tokens, 0 as cache_write_5m_tokens, 0 as cache_write_1h_tokens,
    billed_output_tokens as output_tokens,
    billed_input_tokens + billed_output_tokens as total_tokens,
    input_tokens + output_tokens - billed_input_tokens - billed_output_tokens as avoided_tokens,
    response_ms as response_time_ms,
    case when first_token_ms >= 0 then first_token_ms end as time_to_first_token_ms,
    case when quality >= 0 then quality / 10000 end as quality_score,
    cost as recorded_cost_usd, cost as list_cost_usd, cost as cost_usd,
    billed_input_tokens + billed_output_tokens as priced_tokens, 0 as unpriced_tokens,
    requested_at, cast(requested_at as date) as requested_date,
    date_trunc('hour', requested_at) as requested_hour_at, 1 as load_id
from timed
"""

FEEDBACK_SQL = """
insert into staging.stg_tars__feedback by name
select
    $1 || day || '-' || task as task_id, satisfaction as user_satisfaction,
    quality / 10000 as quality_score,
    case when cached_correct >= 0 then cached_correct = 1 end as is_cached_response_correct,
    cast($2 as timestamp) + to_milliseconds(time_ms) as submitted_at,
    $1 || '' as file_id, row_number() over () as line_number, 1 as load_id
from drawn
"""


if __name__ == "__main__":
    main()
