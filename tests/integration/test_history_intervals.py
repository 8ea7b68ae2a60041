"""What history says of an interval: the models' SQL beside the numpy twin of the bench."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np
import pytest

BENCH = Path(__file__).parents[2] / "bench"
MODELS = ("int_history_days", "int_history_trends", "int_placebo_changes")
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


coverage, twin = bench_module("coverage"), bench_module("day_coverage")


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return coverage.compiled_models(tmp_path_factory.mktemp("compiled"), 100)


@pytest.mark.parametrize(
    ("metric", "per_day"), [("daily_cost", True), ("cost_per_completed_task", False)]
)
def test_history_says_the_same_in_sql_and_in_numpy(
    statements: dict[str, str], metric: str, per_day: bool
) -> None:
    row = twin.Row(
        history=DAYS,
        baseline=BASELINE,
        phase=PHASE,
        growth=0.01,
        weekend=0.5,
        load_likeness=0.6,
        cost_likeness=0.6,
    )
    days = twin.drawn_days(row, comparisons=1, seed=7)
    expected = twin.history_of(days, row, per_day)
    with duckdb.connect() as connection:
        fill(connection, statements, days)
        for name in MODELS:
            table = f"intermediate.{name}"
            connection.execute(f"create table {table} as {statements[table]}")
        found = connection.execute(
            "select placebo_pair_count, placebo_deviation, placebo_freedom, likeness,"
            " weekday_free_share,"
            " trend_per_day * midpoint_distance_days, trend_deviation * midpoint_distance_days"
            " from intermediate.int_placebo_changes where metric_id = ?",
            [metric],
        ).fetchone()
    assert found is not None
    pairs, deviation, freedom, likeness, share, trend, trend_deviation = found
    # 74 days of history hold 74 - 21 pairs that have a day before them.
    assert pairs == DAYS + BASELINE - BASELINE - PHASE
    assert deviation * twin.factor(np.array(freedom)) == pytest.approx(expected["placebo"][0])
    assert likeness == pytest.approx(expected["likeness"][0])
    assert share == pytest.approx(expected["weekday_share"][0])
    assert share < 1
    assert trend == pytest.approx(expected["trend"][0])
    freedom_of_line = np.array(DAYS + BASELINE - 2.0)
    assert trend_deviation * twin.factor(freedom_of_line) == pytest.approx(
        expected["trend_width"][0]
    )


def fill(
    connection: duckdb.DuckDBPyConnection, statements: dict[str, str], days: twin.Days
) -> None:
    """Two windows after the history, and the days as metrics_daily has them."""
    coverage.prepare_tables(connection)
    for name in coverage.MODELS_BEFORE_WINDOWS:
        connection.execute(f"create table {name} as {statements[name]}")
    connection.execute("delete from marts.metrics_daily")
    for number in range(days.cost.shape[1]):
        connection.execute(
            "insert into marts.metrics_daily by name select"
            " date '2026-01-01' + cast(? as integer) as metric_date, 1 as day_count,"
            " 1 as active_day_count, cast(? as double) as cost_usd,"
            " cast(? as bigint) as completed_task_count",
            [number, days.cost[0, number], int(days.tasks[0, number])],
        )
    connection.execute(
        "create table marts.phase_windows as select *, 'before' as baseline_phase_id from (values"
        " ('before', date '2026-01-01' + 60, date '2026-01-01' + 73, true),"
        " ('after', date '2026-01-01' + 74, date '2026-01-01' + 80, false))"
        " windows(phase_id, start_date, end_date, is_baseline);"
        "create table intermediate.int_measure_changes as select 'after' as phase_id,"
        " 'before' as baseline_phase_id, metric_id, -0.2 as change_ratio"
        " from (values ('daily_cost'), ('cost_per_completed_task')) measures(metric_id)"
    )
