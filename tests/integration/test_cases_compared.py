"""Small logs of two periods, made after public bug reports: what each comparison may say.

They lie beside the project (`../shared/cases`); where they do not, there is nothing to test. The
right values were written down with the logs, before any of them was compared.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from build_helpers import MODELS_ONLY, PROJECT, Build
from load_helpers import Place

CASES = PROJECT.parent / "shared" / "cases"
SOURCES = {"tars": "tars", "cc": "claude_code"}

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the project")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all: dbt reads the project once and goes on from what it knows."""
    return tmp_path_factory.mktemp("compared")


def compared(folder: Path, case: str) -> Build:
    """Load a case with its plan, and build what the answers and the days read."""
    seeds = folder / "seeds"
    shutil.copytree(PROJECT / "seeds", seeds, dirs_exist_ok=True)
    shutil.copy(CASES / case / "phases.csv", seeds)
    (seeds / "phase_strategies.csv").write_text("phase_id,strategy_id\n")
    build = Build(folder, environment={"TARS_BENCH_SEED_PATH": str(seeds)})
    build.database.unlink(missing_ok=True)
    build.load(
        *(
            Place(CASES / case / name, build.database, source)
            for name, source in SOURCES.items()
            if (CASES / case / name).is_dir()
        )
    )
    build.build(
        "--select", "+verdict_answers", "metrics_daily", "+cost_bridge_phases", *MODELS_ONLY
    )
    return build


def answers(build: Build) -> dict[str, dict[str, Any]]:
    names = (
        "question_id", "answer", "is_established", "baseline_value", "phase_value",
        "change_ratio", "change_ratio_low", "change_ratio_high", "reason_code", "reason_metric_id",
    )  # fmt: skip
    rows = build.query(f"select {', '.join(names)} from marts.verdict_answers")
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def serious(build: Build) -> set[str]:
    rows = build.query("select check_id from marts.hygiene_checks where status = 'serious'")
    return {check_id for (check_id,) in rows}


def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / case / "expected.json").read_text())
    return found


def no_saving(found: dict[str, dict[str, Any]]) -> bool:
    return found["unit_cost"]["answer"] != "cheaper" and not found["unit_cost"]["is_established"]


def test_calls_logged_as_free_are_named_and_no_saving(folder):
    build = compared(folder, "P1")
    found = answers(build)
    assert no_saving(found)
    assert found["unit_cost"]["reason_metric_id"] == "zero_recorded_cost"
    assert found["bill"]["answer"] == "no_clear_change"


def test_a_bill_without_any_spread_is_measured(folder):
    """Every call costs half from one day on, with the same tokens: the bill is sure, its cause not.

    The ratio of bill to list price halves with it, so it is a price and no cheaper work.
    """
    build = compared(folder, "P2")
    found = answers(build)
    bill, unit = found["bill"], found["unit_cost"]
    assert (bill["answer"], bill["is_established"]) == ("fell", True)
    for name in ("change_ratio", "change_ratio_low", "change_ratio_high"):
        assert bill[name] == pytest.approx(expected("P2")["daily_cost_change"])
    assert no_saving(found)
    assert (unit["answer"], unit["reason_code"]) == ("no_clear_change", "chance")
    assert "billed_list_ratio" in serious(build)


def test_a_half_day_is_no_day(folder):
    """The log ends in the first hour of the fifth day; the four whole ones cost 3.4 % less."""
    build = compared(folder, "P4")
    found = answers(build)
    assert no_saving(found)
    assert "last_day_cut_off" in serious(build)
    bill = found["bill"]
    assert (bill["answer"], bill["reason_code"]) == ("cannot_be_told", "last_day_cut_off")
    whole = whole_days(CASES / "P4" / "tars" / "api_responses")
    before = [cost for day, cost in whole.items() if day < "2026-06-15"]
    after = [cost for day, cost in whole.items() if "2026-06-15" <= day < "2026-06-19"]
    assert (len(before), len(after)) == (14, 4)
    change = (sum(after) / 4) / (sum(before) / 14) - 1
    assert change == pytest.approx(-0.034, abs=0.001)
    assert bill["change_ratio"] == pytest.approx(change)


def whole_days(folder: Path) -> dict[str, float]:
    """What the calls of each file of a day cost, as logged."""
    return {
        file.stem: sum(json.loads(line)["cost"] for line in file.read_text().splitlines())
        for file in folder.glob("*.jsonl")
    }


def test_a_clock_set_wrong_is_told_and_stretches_no_day(folder):
    build = compared(folder, "P5")
    assert no_saving(answers(build))
    assert "clock_ahead" in serious(build)
    ((last, count),) = build.query(
        "select max(metric_date), count(*) from marts.metrics_daily where day_count > 0"
    )
    assert str(last) == "2026-06-28"
    assert count < 60


def test_an_advisor_is_part_of_the_bill(folder):
    found = answers(compared(folder, "P8"))
    bill = found["bill"]
    assert no_saving(found)
    assert bill["answer"] == "rose"
    assert bill["phase_value"] == pytest.approx(expected("P8")["daily_cost"], abs=5e-5)
    assert bill["change_ratio"] == pytest.approx(expected("P8")["change"], abs=5e-4)


def test_a_discount_is_a_price_and_no_saving(folder):
    """The vendor bills 0.92 of the list price from one day on: at constant prices nothing moved.

    The log's own tokens vary by a few per cent from one period to the other.
    """
    build = compared(folder, "P10")
    found = answers(build)
    unit = found["unit_cost"]
    assert no_saving(found)
    assert "billed_list_ratio" in serious(build)
    assert abs(unit["change_ratio"]) < 0.05
    ((ratio, billing, rest),) = build.query(
        "select max(phase_driver_value) filter (where factor_id = 'billing'),"
        " sum(contribution_usd_per_day) filter (where factor_id = 'billing'),"
        " sum(contribution_usd_per_day) filter (where factor_id <> 'billing')"
        " from marts.cost_bridge_phases"
    )
    assert ratio == pytest.approx(0.92, abs=0.0005)
    assert billing < 0 <= rest  # the discount alone made the bill smaller
