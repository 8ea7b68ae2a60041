"""Whether the verdict keeps its word: the decisive figure over days of which the truth is known.

python bench/coverage.py [--comparisons 1000] [--only TEXT] [--log NAME=WAREHOUSE ...]
                         [--plans] [--metrics SCENARIO ...]

Comparisons of two windows are drawn by the thousand (drawn_days.py), or made of days of real
logs: of a workspace whose two phases hold all of its days, NAME=its warehouse/working.duckdb.
The SQL of the decisive figure, as dbt compiles it, runs over all of them at once. Printed per
row: how many intervals hold the truth where nothing was done (goal 93 to 97 %), how often a
saving is established there (goal 2.5 % at most), how often one is at a true -30 %, and how often
"dearer" is at a true -10 %. --plans measures what is said of days to come; --metrics the
intervals of all metrics (metric_coverage.py, an hour each).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import metric_coverage
import numpy as np
import pandas as pd
from compiled_models import compiled_models, prepare_tables
from drawn_days import ROWS, SEED, Array, Days, Row, autoregressive, drawn_days, log_days

from tars_bench.planning.power import (
    DayValue,
    Spread,
    days_needed,
    power,
    spread,
    whole_weeks,
)

if TYPE_CHECKING:
    import duckdb

EFFECTS = (0.0, -0.3, -0.1)
"""True changes of the cost per task, each in a copy of the phase."""
FIRST_DAY = pd.Timestamp("1990-01-01")
FIRST_LOOK = 3
BLOCKS = (1, 3, 7)
CHUNK = 250
FIRST_DAYS, MOST_DAYS = 14, 120
SETTLED = ((-0.1, 0.0, 0.1), (-0.2, 0.0, 0.3), (-0.2, 0.3, 0.3), (-0.3, 0.6, 0.3))
"""True change, how alike days are, and their spread: of what is said of days to come."""
MODELS = (
    "intermediate.int_history_days",
    "intermediate.int_history_trends",
    "intermediate.int_placebo_changes",
    "intermediate.int_unit_influences",
    "intermediate.int_unit_spreads",
    "intermediate.int_unit_costs",
    "intermediate.int_unit_cost_gates",
    "intermediate.int_unit_cost_answers",
)


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=SEED, help="draws other comparisons")
    parser.add_argument("--only", default="", help="rows with this text in their name")
    parser.add_argument("--log", action="append", default=[], help="name=warehouse of a log")
    parser.add_argument("--plans", action="store_true", help="what is said of days to come")
    parser.add_argument("--metrics", nargs="*", choices=sorted(metric_coverage.SCENARIOS))
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        statements = compiled_models(Path(folder), 1_000, MODELS)
        print("| days | held | false | -30 % seen | -10 % called dearer | seconds |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, row, days in drawn_rows(arguments):
            if arguments.only in name:
                print_row(name, row, days, statements)
        if arguments.plans:
            print_settled(arguments.comparisons, statements)
            print_plans(arguments.comparisons)
    for scenario in arguments.metrics or []:
        metric_coverage.main(["--scenario", scenario, "--comparisons", str(arguments.comparisons)])


def drawn_rows(
    arguments: argparse.Namespace,
) -> Iterator[tuple[str, Row, Callable[[], Days]]]:
    """Each row with what draws its days."""
    comparisons, seed = arguments.comparisons, arguments.seed
    for name, row in ROWS.items():
        yield name, row, lambda row=row: drawn_days(row, comparisons, seed)
    row = Row()
    for name, _, path in (log.partition("=") for log in arguments.log):
        for block in BLOCKS:
            yield (
                f"{name}, blocks of {block}",
                row,
                lambda path=path, block=block: log_days(Path(path), block, comparisons, row, seed),
            )


def print_row(name: str, row: Row, days: Callable[[], Days], statements: dict[str, str]) -> None:
    """One line of the table."""
    started = time.monotonic()
    answers = all_answers(days(), row, statements)
    true = row.cost_growth * (row.baseline + answers["looked"]) / 2
    answers["holds"] = (answers.low <= true) & (answers.high >= true)
    answers["cheaper"] = answers.answer == "cheaper"
    answers["dearer"] = answers.answer == "dearer"
    looks = answers.groupby(["effect", "comparison"])
    held = looks.holds.all()[0.0].mean()
    shares = [
        held,
        looks.cheaper.any()[0.0].mean(),
        looks.cheaper.any()[-0.3].mean(),
        looks.dearer.any()[-0.1].mean(),
    ]
    cells = " | ".join(f"{share:.1%}" for share in shares)
    print(f"| {name} | {cells} | {time.monotonic() - started:.0f} |", flush=True)


def all_answers(
    days: Days, row: Row, statements: dict[str, str], looks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Interval and answer of every comparison, effect and look, true change taken off."""
    parts = []
    if looks is None:
        looks = planned_looks(row, len(days.cost))
    for first in range(0, len(days.cost), CHUNK):
        chosen = range(first, min(first + CHUNK, len(days.cost)))
        parts.append(answers_of(days, row, chosen, looks, statements))
    return pd.concat(parts)


def planned_looks(row: Row, comparisons: int) -> pd.DataFrame:
    """The looks at each comparison's phase, with its planned days."""
    days = range(FIRST_LOOK, row.phase + 1) if row.looks else [row.phase]
    return pd.DataFrame(
        [
            (number, effect, look, row.phase)
            for number in range(comparisons)
            for effect in EFFECTS
            for look in days
        ],
        columns=["comparison", "effect", "look", "planned"],
    )


def answers_of(
    days: Days, row: Row, chosen: range, looks: pd.DataFrame, statements: dict[str, str]
) -> pd.DataFrame:
    """The same of some comparisons, all in one database."""
    import duckdb

    with duckdb.connect() as connection:
        prepare_tables(connection, statements)
        connection.execute(TABLES_SQL)
        fill(connection, days, row, chosen, looks)
        for name in MODELS:
            connection.execute(f"create table {name} as {statements[name]}")
        return connection.sql(ANSWERS_SQL).df()


def fill(
    connection: duckdb.DuckDBPyConnection, days: Days, row: Row, chosen: range, looks: pd.DataFrame
) -> None:
    """The days as metrics_daily has them, the windows, and their units of work."""
    length = row.length
    number = np.arange(len(chosen) * length)
    # Days between comparisons, so that no window of one has the days of another.
    places = number // length * (length + 400) + number % length
    daily = pd.DataFrame(
        {
            "metric_date": FIRST_DAY + pd.to_timedelta(places, "D"),
            "cost": days.cost[chosen].ravel(),
            "units": days.units[chosen].ravel(),
        }
    )
    connection.register("daily", daily)
    cells = days.cells[days.cells.comparison.between(chosen[0], chosen[-1])]
    connection.register("cells", cells.assign(comparison=cells.comparison - chosen[0]))
    connection.register(
        "looks",
        looks[looks.comparison.isin(chosen)].assign(
            comparison=lambda found: found.comparison - chosen[0]
        ),
    )
    connection.execute(DAYS_SQL)
    values = [FIRST_DAY.date(), length, row.history, row.baseline, len(chosen)]
    connection.execute(WINDOWS_SQL, values)
    connection.execute(UNITS_SQL, [row.history + row.baseline])
    connection.execute(WORK_SQL)


def print_settled(comparisons: int, statements: dict[str, str]) -> None:
    """How often "about N more days" settled it, of the comparisons that chance left open."""
    print("\n| true change | days alike | left open | days named | settled by them |")
    print("|---|---|---:|---:|---:|")
    for effect, likeness, sigma in SETTLED:
        row = Row(phase=FIRST_DAYS + MOST_DAYS, cost_sigma=sigma, cost_likeness=likeness)
        days = drawn_days(row, comparisons)
        numbers = range(comparisons)
        looks = pd.DataFrame({"comparison": numbers, "effect": effect})
        looks["look"] = looks["planned"] = FIRST_DAYS
        first = all_answers(days, row, statements, looks)
        is_open = (first.reason_code == "chance") & first.days_needed.between(1, MOST_DAYS)
        more = first[is_open].set_index("comparison").days_needed
        looks = looks[looks.comparison.isin(more.index)]
        looks["look"] = looks["planned"] = FIRST_DAYS + looks.comparison.map(more).astype(int)
        settled = all_answers(days, row, statements, looks).answer == "cheaper"
        cells = [f"{effect:.0%}", f"{likeness}", f"{(first.reason_code == 'chance').mean():.0%}"]
        cells += [f"{more.median():.0f}", f"{settled.mean():.0%}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def print_plans(comparisons: int) -> None:
    """The power that the days have which a plan names for a change of -20 %."""
    print("\n| days of history | days independent | each day half like the last |")
    print("|---|---:|---:|")
    for length in (7, 14, 28, 56):
        cells = []
        for likeness in (0.0, 0.5):
            random = np.random.default_rng(SEED)
            values = 1 + 0.3 * autoregressive(random, (comparisons, length), likeness)
            true = Spread(length, 1.0, 0.09, likeness, 1.0)
            powers = [power(true, 0.2, *planned) for planned in plans_of(values)]
            low, high = np.quantile(powers, [0.1, 0.9])
            cells.append(f"{np.mean(powers):.0%} ({low:.0%} to {high:.0%})")
        print(f"| {length} | {' | '.join(cells)} |", flush=True)


def plans_of(values: Array) -> Iterator[tuple[int, int]]:
    """The windows that a plan names from each history."""
    for history in values:
        days = [DayValue(FIRST_DAY.date() + timedelta(n), one) for n, one in enumerate(history)]
        found = spread(days)
        named = days_needed(found, 0.2 * found.mean) if found else None
        weeks = whole_weeks(named or 3650)
        yield weeks, weeks


TABLES_SQL = """
create table marts.hygiene_checks (
    phase_id varchar, check_id varchar, check_order integer, status varchar,
    observed_value double, serious_threshold double
)
"""

DAYS_SQL = """
insert into marts.metrics_daily by name
select
    metric_date::date as metric_date, 1 as day_count, cost as cost_usd, units as task_count
from daily
"""

WINDOWS_SQL = """
create table marts.phase_windows as
with comparisons as (
    select
        number as comparison, cast($1 as date) + cast(number * ($2 + 400) + $3 as integer) as start
    from range($5) numbers (number)
)
select
    comparison || '-' as phase_id, comparison || '-' as baseline_phase_id, comparison,
    0.0::double as effect, 0 as look, true as is_baseline,
    start as start_date, start + $4 - 1 as end_date, start + $4 - 1 as last_loaded_date,
    $4 as planned_day_count, $4 as day_count, $4 as active_day_count
from comparisons
union all
select
    comparison || '-' || effect || '-' || look, comparison || '-', comparison, effect,
    look, false, start + $4, start + cast($4 + planned - 1 as integer),
    start + cast($4 + look - 1 as integer), planned, look, look
from comparisons inner join looks using (comparison)
"""

UNITS_SQL = """
create table intermediate.int_units as
select
    phase_id, baseline_phase_id, day < $1 as is_baseline_side, true as has_tasks,
    false as is_experiment,
    'tars/' || stratum as stratum, cluster || '-' || day as cluster_id,
    (start_date + cast(day - $1 as integer))::date as requested_date,
    units as unit_count, calls as call_count, sessions as session_count, cells.day_count,
    cast(cost * case when day < $1 then 1 else 1 + effect end as decimal(18, 9)) as cost_usd
from cells
inner join marts.phase_windows as windows
    on cells.comparison = windows.comparison and not windows.is_baseline
    and day < $1 + look
"""

WORK_SQL = """
create table intermediate.int_unit_requests as
select phase_id, true as is_priced, false as is_usage_missing, 1 as cost_usd, 1 as total_tokens
from marts.phase_windows;

create table intermediate.int_measure_changes as
with sides as (
    select phase_id, is_baseline_side, sum(cost_usd) / sum(unit_count) as unit_cost
    from intermediate.int_units group by all
)
select
    phase_id, baseline_phase_id, 'cost_per_task' as metric_id,
    max(unit_cost) filter (where not is_baseline_side)
    / max(unit_cost) filter (where is_baseline_side) - 1 as change_ratio
from sides inner join marts.phase_windows using (phase_id)
group by phase_id, baseline_phase_id
"""

ANSWERS_SQL = """
select
    windows.comparison, windows.effect, windows.look as looked, answers.answer,
    answers.reason_code, answers.days_needed,
    ln(1 + answers.change_ratio_low) - ln(1 + windows.effect) as low,
    ln(1 + answers.change_ratio_high) - ln(1 + windows.effect) as high,
    costs.own_growth_low - ln(1 + windows.effect) as own_low,
    costs.own_growth_high - ln(1 + windows.effect) as own_high, costs.interval_basis
from intermediate.int_unit_cost_answers as answers
inner join marts.phase_windows as windows on answers.phase_id = windows.phase_id
inner join intermediate.int_unit_costs as costs
    on answers.phase_id = costs.phase_id and costs.driver = 'unit'
"""


if __name__ == "__main__":
    main()
