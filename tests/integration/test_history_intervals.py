"""What history says of an interval: the models' SQL beside independent code in numpy."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

BENCH = Path(__file__).parents[2] / "bench"
Array = Any
MODELS = ("int_history_days", "int_history_trends", "int_placebo_changes")
UNIT_MODELS = ("int_unit_influences", "int_unit_spreads", "int_unit_costs")
DAYS = 60
BASELINE, PHASE = 14, 7


def bench_module(name: str) -> ModuleType:
    spec = spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


models = bench_module("compiled_models")


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    names = [f"intermediate.{name}" for name in (*MODELS, *UNIT_MODELS)]
    return models.compiled_models(tmp_path_factory.mktemp("compiled"), 100, names)


@pytest.mark.parametrize(
    ("metric", "per_day"), [("daily_cost", True), ("cost_per_completed_task", False)]
)
def test_history_says_the_same_in_sql_and_in_numpy(
    statements: dict[str, str], metric: str, per_day: bool
) -> None:
    days = drawn_days()
    expected = history_of(days, per_day)
    with duckdb.connect() as connection:
        fill(connection, statements, days)
        for name in MODELS:
            table = f"intermediate.{name}"
            connection.execute(f"create table {table} as {statements[table]}")
        found = connection.execute(
            "select placebo_pair_count, placebo_deviation, placebo_freedom, likeness,"
            " weekday_free_share,"
            " trend_per_day * midpoint_distance_days, trend_deviation * midpoint_distance_days,"
            " baseline_excess, history_ratio"
            " from intermediate.int_placebo_changes where metric_id = ?",
            [metric],
        ).fetchone()
    assert found is not None
    pairs, deviation, freedom, likeness, share, trend, trend_deviation, excess, ratio = found
    # 74 days of history hold 74 - 21 pairs that have a day before them.
    assert pairs == DAYS + BASELINE - BASELINE - PHASE
    assert deviation == pytest.approx(expected["placebo"][0])
    assert freedom == pytest.approx(expected["freedom"])
    assert likeness == pytest.approx(expected["likeness"][0])
    # 14 and 14 days are whole weeks: what weekdays explain is left out.
    assert share == pytest.approx(expected["weekday_share"][0])
    assert share < 1
    assert trend == pytest.approx(expected["trend"][0])
    assert trend_deviation == pytest.approx(expected["trend_deviation"][0])
    # Of the 60 days before the baseline the last 56, four times its own.
    assert excess == pytest.approx(expected["excess"][0])
    assert ratio == pytest.approx(14 / 56)


@dataclass(frozen=True)
class Days:
    """Cost and units of each day."""

    cost: Array
    units: Array


def drawn_days() -> Days:
    """Days that grow, with quiet weekends and waves."""
    random = np.random.default_rng(7)
    number = np.arange(DAYS + BASELINE + PHASE)
    wave = np.cumsum(random.standard_normal(len(number))) / 10
    weekend = np.where(number % 7 >= 5, 0.5, 1)
    units = np.round(400 * np.exp(0.01 * number + wave) * weekend)
    cost = units * weekend * np.exp(0.2 * random.standard_normal(len(number)))
    return Days(cost[None, :], units[None, :])


def history_of(days: Days, per_day: bool) -> dict[str, Any]:
    """Trend, its standard error and what the placebo pairs did, up to the baseline's end."""
    length = DAYS + BASELINE
    cost = days.cost[:, :length]
    weight = np.ones_like(cost) if per_day else days.units[:, :length]
    age = np.arange(length - 1, -1, -1.0)[None, :]
    value = np.log(cost / weight)
    total = weight.sum(1, keepdims=True)
    centred_age = age - (weight * age).sum(1, keepdims=True) / total
    centred_value = value - (weight * value).sum(1, keepdims=True) / total
    spread = (weight * centred_age**2).sum(1)
    slope = (weight * centred_age * centred_value).sum(1) / spread
    residual = centred_value - slope[:, None] * centred_age
    variance = (weight * residual**2).sum(1) / spread / (length - 2)
    weekdays = residual.copy()
    for weekday in range(7):
        place = slice(weekday, None, 7)
        weekdays[:, place] -= residual[:, place].mean(1, keepdims=True)
    left = (weekdays**2).sum(1) / (length - 8)
    share = np.minimum(left / ((residual**2).sum(1) / (length - 2)), 1)
    residual = weekdays
    likeness = (residual[:, 1:] * residual[:, :-1]).sum(1) / (residual**2).sum(1)
    likeness = np.clip(likeness + (2 + 4 * likeness) / length, 0, 0.9)
    deviation = np.sqrt(variance * (1 + likeness) / (1 - likeness))
    level = np.cumsum(cost * np.exp(-slope[:, None] * age), 1)
    weights = np.cumsum(weight, 1)
    pairs = placebo_pairs(level, weights)
    freedom = 6 * (length - 1) / (BASELINE + PHASE) - 2 * (length - 2) / length - 1
    before, baseline = slice(length - 5 * BASELINE, length - BASELINE), slice(DAYS, length)
    levels = [cost[:, part].sum(1) / weight[:, part].sum(1) for part in (before, baseline)]
    distance = (BASELINE + PHASE) / 2
    return {
        "placebo": np.sqrt((pairs**2).mean(1)),
        "freedom": freedom,
        "weekday_share": share,
        "likeness": likeness,
        "trend": -slope * distance,
        "trend_deviation": deviation * distance,
        "excess": np.log(levels[1] / levels[0]),
    }


def placebo_pairs(level: Array, weights: Array) -> Array:
    """Changes of the logarithm of all pairs of windows that end with the baseline or before."""
    ends = np.arange(BASELINE + PHASE, level.shape[1])
    middle, start = ends - PHASE, ends - PHASE - BASELINE
    after = (level[:, ends] - level[:, middle]) / (weights[:, ends] - weights[:, middle])
    before = (level[:, middle] - level[:, start]) / (weights[:, middle] - weights[:, start])
    return np.asarray(np.log(after / before))


def fill(connection: duckdb.DuckDBPyConnection, statements: dict[str, str], days: Days) -> None:
    """Two windows after the history, and the days as metrics_daily has them."""
    models.prepare_tables(connection, statements)
    for number in range(days.cost.shape[1]):
        connection.execute(
            "insert into marts.metrics_daily by name select"
            " date '2026-01-01' + cast(? as integer) as metric_date, 1 as day_count,"
            " 1 as active_day_count, ? as cost_usd, ? as completed_task_count",
            [number, days.cost[0, number], int(days.units[0, number])],
        )
    connection.execute(
        "create table marts.phase_windows as"
        " select *, 'before' as baseline_phase_id, end_date as last_loaded_date from (values"
        " ('before', date '2026-01-01' + 60, date '2026-01-01' + 73, true),"
        " ('after', date '2026-01-01' + 74, date '2026-01-01' + 80, false))"
        " windows(phase_id, start_date, end_date, is_baseline);"
        "create table intermediate.int_measure_changes as select 'after' as phase_id,"
        " 'before' as baseline_phase_id, metric_id, -0.2 as change_ratio"
        " from (values ('daily_cost'), ('cost_per_completed_task')) measures(metric_id)"
    )


UNITS = pd.DataFrame(
    [
        (
            day < 12,
            stratum,
            f"s{(day + session) // 2}-{session}",
            day,
            units,
            cost if day < 12 else 0.6 * cost,
        )
        for day in range(22)
        for session in range(3)
        for stratum, units, cost in [
            ("a", 3 + (day * session) % 4, 5.0 + (day * 7 + session * 3) % 5),
            ("b", 1 + day % 3, 2.0 + (day + session) % 3),
            ("rare", int(day == 20), 1.0),
        ]
        if units
    ],
    columns=["is_baseline_side", "stratum", "cluster_id", "day", "units", "cost"],
)
"""Sessions of two days each, one of them in both windows; a kind of work that only one has."""


def test_the_decisive_figure_has_the_interval_of_independent_code(
    statements: dict[str, str],
) -> None:
    [found] = unit_costs(statements)
    cells = influences_by_moving_each_weight()
    likeness = []
    variance: dict[str, list[float]] = {}
    for name, keys in {"session": ["cluster"], "day": ["day"], "both": ["cluster", "day"]}.items():
        grouped = cells.groupby([*keys, "is_baseline"]).influence.sum().unstack()
        variance[name] = [
            (grouped[side].dropna() ** 2).sum() * count / (count - 1)
            for side in (True, False)
            for count in [grouped[side].count()]
        ]
        variance[name].append(2 * (grouped[True] * grouped[False]).sum())
    for side in (True, False):
        days = cells[cells.is_baseline == side].groupby("day").influence.sum().to_numpy()
        likeness.append((days[1:] * days[:-1]).sum() / (days**2).sum())
    seen = (12 * likeness[0] + 10 * likeness[1]) / 22
    alike = min(max(seen + (1 + 3 * seen) / 11 + 1.4 / np.sqrt(22), 0), 0.9)
    by_day = sum(variance["day"]) * (1 + alike) / (1 - alike)
    by_session = sum(variance["session"])
    added = max(by_day - sum(variance["both"]), 0)
    freedom = [
        (first + second) ** 2 / (first**2 / (counts[0] - 1) + second**2 / (counts[1] - 1))
        for (first, second, _), counts in [
            (variance["day"], (12, 10)),
            (variance["session"], sessions_of_both(cells)),
        ]
    ]
    both_freedom = (by_session + added) ** 2 / (by_session**2 / freedom[1] + added**2 / freedom[0])
    widths = {
        "days": np.sqrt(by_day) * stats.t.ppf(0.975, freedom[0]),
        "sessions": np.sqrt(by_session) * stats.t.ppf(0.975, freedom[1]),
        "two_way": np.sqrt(by_session + added) * stats.t.ppf(0.975, both_freedom),
    }
    basis = max(widths, key=lambda name: widths[name])
    assert found["growth"] == pytest.approx(log_change(np.ones(len(UNITS))))
    assert found["interval_basis"] == basis
    assert found["growth_high"] - found["growth"] == pytest.approx(widths[basis], rel=1e-3)
    assert found["growth"] - found["growth_low"] == pytest.approx(widths[basis], rel=1e-3)


def test_a_phase_that_is_not_over_has_a_wider_interval(statements: dict[str, str]) -> None:
    """10 of 10 days, 10 of 20 (the root of 2), and of so many that the limit holds."""
    widths = [
        found["growth_high"] - found["growth"]
        for planned in (10, 20, 400)
        for found in unit_costs(statements, planned_days=planned)
    ]
    assert widths[1] / widths[0] == pytest.approx(np.sqrt(2))
    assert widths[2] / widths[0] == pytest.approx(1.7)


def test_a_dear_baseline_settles_nothing_that_its_history_does_not_bear_out(
    statements: dict[str, str],
) -> None:
    [plain] = unit_costs(statements)
    half = plain["growth_high"] - plain["growth"]
    assert plain["growth_high"] < 0
    share = plain["phase_variance_share"]
    own = half * np.sqrt(share + (1 - share) / 4)
    [near] = unit_costs(statements, excess=0.5 * half)
    assert near["growth_high"] == pytest.approx(plain["growth_high"])
    [dear] = unit_costs(statements, excess=-plain["growth"])
    assert dear["growth_high"] == pytest.approx(own)
    assert dear["growth_low"] == pytest.approx(plain["growth_low"])
    assert dear["own_growth_high"] == pytest.approx(plain["growth_high"])
    assert dear["is_only_against_baseline"]
    [cheap] = unit_costs(statements, excess=plain["growth"])
    assert not cheap["is_only_against_baseline"]
    assert cheap["growth_low"] == pytest.approx(2 * plain["growth"] - own)


def unit_costs(
    statements: dict[str, str], planned_days: int = 10, excess: float | None = None
) -> list[dict[str, Any]]:
    """The decisive figure of UNITS, with a history of which only the excess is known."""
    with duckdb.connect() as connection:
        models.prepare_tables(connection, statements)
        connection.register("drawn", UNITS)
        connection.execute(
            "create table intermediate.int_units as select 'after' as phase_id,"
            " is_baseline_side, true as has_tasks, false as is_experiment, stratum, cluster_id,"
            " date '2026-01-01' + day::integer as requested_date, units as unit_count,"
            " units as call_count, 0 as session_count, 0 as day_count,"
            " cost::decimal(18, 9) as cost_usd from drawn"
        )
        connection.execute(
            "create table marts.phase_windows as select 'after' as phase_id,"
            " date '2026-01-13' as start_date, date '2026-01-12' + $1::integer as end_date,"
            " date '2026-01-22' as last_loaded_date, $1 as planned_day_count",
            [planned_days],
        )
        connection.execute(
            "create table intermediate.int_placebo_changes as select 'after' as phase_id,"
            " 'cost_per_task' as metric_id, 0 as placebo_pair_count,"
            " 0 as placebo_as_large_count, 0.0 as placebo_freedom,"
            " null::double as placebo_deviation, 0.0 as trend_per_day,"
            " 11.0 as midpoint_distance_days, 1.0 as trend_deviation, 12 as measured_day_count,"
            " 1.0 as weekday_free_share, 0.0 as likeness, $1::double as baseline_excess,"
            " 0.25 as history_ratio",
            [excess],
        )
        for name in UNIT_MODELS:
            table = f"intermediate.{name}"
            connection.execute(f"create table {table} as {statements[table]}")
        found = connection.sql("from intermediate.int_unit_costs where driver = 'unit'").df()
        return [dict(row) for _, row in found.iterrows()]


def influences_by_moving_each_weight() -> pd.DataFrame:
    """How the figure moves with the weight of each session's day, both ways."""
    step = 1e-5
    rows = []
    for (cluster, day), part in UNITS.groupby(["cluster_id", "day"]):
        moved = []
        for sign in (1, -1):
            weights = np.ones(len(UNITS))
            weights[part.index] += sign * step
            moved.append(log_change(weights))
        is_baseline = bool(part.is_baseline_side.iloc[0])
        rows.append((cluster, day, is_baseline, (moved[0] - moved[1]) / (2 * step)))
    return pd.DataFrame(rows, columns=["cluster", "day", "is_baseline", "influence"])


def log_change(weights: Array) -> float:
    """The change of the cost of the baseline's units, of the kinds both windows have."""
    rows = UNITS.assign(units=UNITS.units * weights, cost=UNITS.cost * weights)
    rows = rows[rows.stratum != "rare"]
    sums = rows.groupby(["is_baseline_side", "stratum"])[["units", "cost"]].sum()
    before, after = sums.loc[True], sums.loc[False]
    return float(np.log((before.units * after.cost / after.units).sum() / before.cost.sum()))


def sessions_of_both(cells: pd.DataFrame) -> tuple[int, int]:
    """Sessions of the baseline and of the phase."""
    return (
        cells[cells.is_baseline].cluster.nunique(),
        cells[~cells.is_baseline].cluster.nunique(),
    )
