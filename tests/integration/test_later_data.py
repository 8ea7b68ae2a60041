"""What a window shows hangs on nothing that comes after it, and on every call within it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from build_helpers import Build
from load_helpers import Place

PHASES = ("baseline", "phase_1")
LAST_DAY = "2026-02-16"
"""Last day of phase_1 of the project's plan (seeds/phases.csv); the baseline ends on the 13th."""

EARLIER_ROWS = {
    "phase_windows": f"phase_id in {PHASES}",
    "phase_metrics": f"phase_id in {PHASES}",
    "phase_comparison": f"phase_id in {PHASES}",
    "phase_model_usage": f"phase_id in {PHASES}",
    "phase_session_usage": f"phase_id in {PHASES}",
    "target_achievement": f"phase_id in {PHASES}",
    "monthly_financial_impact": f"phase_id in {PHASES}",
    "metrics_hourly": f"metric_hour_at <= timestamp '{LAST_DAY} 10:00:00'",
    "metrics_daily": f"metric_date <= date '{LAST_DAY}'",
    "metrics_weekly": "week_start_date < date '2026-02-16'",
    "model_usage_daily": f"usage_date <= date '{LAST_DAY}'",
    "session_usage_daily": f"usage_date <= date '{LAST_DAY}'",
}
"""The rows of every table that lie in windows that are over."""


def call(at: str, **fields: Any) -> str:
    record = {
        "timestamp": f"2026-02-{at}Z",
        "model": "claude-sonnet-4-5",
        "tokenInput": 1000,
        "tokenOutput": 100,
        "responseTime": 1000,
        "cacheHit": False,
        "sessionId": "s1",
        **fields,
    }
    return json.dumps(record) + "\n"


EARLY = "".join(
    [
        # The baseline: tasks t1, which fails, and t2, four dollars.
        call("11T10:00:00", taskId="t1", cost=1),
        call("12T10:00:00", taskId="t1", cost=1, error="overloaded"),
        call("12T11:00:00", taskId="t2", cost=1, batchId="b1"),
        call("13T11:00:00", taskId="t2", cost=1),
        # Phase 1: t1 goes on; one of four calls is on a model nobody has a price of.
        call("14T10:00:00", taskId="t1", cost=0.5),
        call("14T11:00:00", taskId="t3", cost=0.5, batchId="b1"),
        call("15T10:00:00", taskId="t3", model="house-model", tokenInput=5400),
        call("16T10:00:00", taskId="t4", cost=0.25),
    ]
)
LATER = "".join(
    [
        # Every task, session and batch of before goes on, fails, costs more, takes longer.
        call("17T10:00:00", taskId="t1", cost=9, responseTime=99_000),
        call("17T10:01:00", taskId="t2", cost=9, error="overloaded"),
        call("17T10:02:00", taskId="t3", cost=9, batchId="b1"),
        call("17T10:03:00", taskId="t4", model="house-model"),
        call("20T10:00:00", taskId="t5", cost=9, cacheHit=True),
    ]
)
LATER_EVENTS = "[2026-02-17T10:00:00Z] LAZY_DEFERRED category=skills\n"


@dataclass(frozen=True)
class Warehouse:
    """A build, and what it held of the windows that were over before more was loaded."""

    build: Build
    before: dict[str, list[Any]]


def earlier_rows(build: Build) -> dict[str, list[Any]]:
    return {
        table: build.query(f"select * from marts.{table} where {condition} order by all")
        for table, condition in EARLIER_ROWS.items()
    }


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("later")
    build = Build(folder)
    place = Place(folder / "tars", build.database)
    place.write("api_responses/early.jsonl", EARLY)
    build.load(place)
    build.build("--exclude-resource-type", "unit_test")
    return Warehouse(build, earlier_rows(build))


def test_a_sum_with_an_unknown_part_is_unknown(warehouse: Warehouse) -> None:
    query = warehouse.build.query
    assert query(
        "select phase_id, cost_usd::double, known_cost_usd::double, uncosted_api_call_count,"
        " round(costed_token_share, 12), task_count, completed_task_count"
        f" from marts.phase_windows where phase_id in {PHASES} order by phase_id"
    ) == [
        ("baseline", 4.0, 4.0, 0, 1.0, 2, 1),
        # 3 × 1,100 of 8,800 tokens have a cost.
        ("phase_1", None, 1.25, 1, 0.375, 3, 3),
    ]
    assert query(
        "select metric_id, baseline_value, phase_value, change_ratio, missing_reason"
        " from marts.phase_comparison where phase_id = 'phase_1'"
        " and metric_id in ('daily_cost', 'cost_per_task', 'api_calls_per_task') order by 1"
    ) == [
        ("api_calls_per_task", 2.0, pytest.approx(4 / 3), pytest.approx(-1 / 3), None),
        ("cost_per_task", 2.0, None, None, "the cost of some API calls is unknown in this phase"),
        (
            "daily_cost",
            pytest.approx(4 / 3),
            None,
            None,
            "the cost of some API calls is unknown in this phase",
        ),
    ]
    assert query(
        "select distinct status, achieved_reduction_ratio from marts.target_achievement"
        " where phase_id = 'phase_1'"
    ) == [("not measurable", None)]
    assert query(
        "select distinct phase_monthly_usd, monthly_savings_usd, annual_savings_usd"
        " from marts.monthly_financial_impact where phase_id = 'phase_1'"
    ) == [(None, None, None)]
    assert query(
        "select line_kind, savings_per_day_usd from marts.phase_savings_lines"
        " where phase_id = 'phase_1' and line_kind in ('measured', 'unexplained') order by 1"
    ) == [("measured", None), ("unexplained", None)]
    assert query(
        "select window_id, total_value from marts.dashboard_totals"
        " where total_id = 'cost' and window_id in ('1d', '7d', 'phase', 'baseline') order by 1"
    ) == [("1d", 0.25), ("7d", None), ("baseline", 4.0), ("phase", None)]
    assert query(
        "select week_start_date::varchar, cost_usd from marts.metrics_weekly order by 1"
    ) == [("2026-02-09", None), ("2026-02-16", Decimal("0.25"))]


def test_what_comes_after_a_window_moves_nothing_in_it(warehouse: Warehouse) -> None:
    build = warehouse.build
    place = Place(build.folder / "tars", build.database)
    place.write("api_responses/later.jsonl", LATER)
    place.write("monitoring_logs/later.log", LATER_EVENTS)
    build.load(place)
    build.build("--exclude-resource-type", "unit_test")
    after = earlier_rows(build)
    assert build.query("select count(*) from marts.fct_requests") == [(13,)]
    for table, rows in warehouse.before.items():
        assert rows, table
        assert after[table] == rows, table
