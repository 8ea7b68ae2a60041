"""What kind of evidence a report rests on, and where two ways to count a saving disagree."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from fixtures.report_warehouse import specification
from tars_bench.planning.plan_file import Window, add_plan, plan_check, plan_document
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.words.avoided import why_not_used
from tars_bench.reports.words.missing import missing_words

PROJECT = Path(__file__).parents[2]
BASELINE = Window("baseline", date(2026, 2, 11), date(2026, 2, 13))
PHASE = Window("phase", date(2026, 3, 2), date(2026, 3, 8))


@pytest.fixture
def warehouse():
    return specification()


def evidence(warehouse, folder, check):
    database = warehouse.write(folder / "w.duckdb")
    return build_report(database, "final", plan_check=check).subtitle[-1]


def written(folder, created, *windows):
    path = folder / "plan.json"
    add_plan(path, plan_document(windows, created, {}))
    return path


def test_without_a_look_at_a_plan_only_the_kind_is_said(warehouse, tmp_path):
    assert evidence(warehouse, tmp_path, None) == "Evidence: before/after"


@pytest.mark.parametrize(
    ("created", "windows", "expected"),
    [
        (
            date(2026, 2, 10),
            (BASELINE, PHASE),
            "planned on 2026-02-10, before it began",
        ),
        (
            date(2026, 2, 10),
            (BASELINE,),
            "exploratory: no plan named its days before they began",
        ),
        # The first day of the phase itself is too late: it may have been seen.
        (
            date(2026, 3, 2),
            (BASELINE, PHASE),
            "exploratory: first planned on 2026-03-02, when it had begun",
        ),
        (
            date(2026, 2, 20),
            (BASELINE, PHASE),
            "the phase planned on 2026-02-20; the baseline exploratory: first planned on "
            "2026-02-20, when it had begun",
        ),
        # A day more is another window.
        (
            date(2026, 2, 10),
            (BASELINE, Window("phase", PHASE.start, date(2026, 3, 9))),
            "exploratory: no plan named its days before they began",
        ),
    ],
)
def test_days_no_plan_named_in_time_are_exploratory(
    warehouse, tmp_path, created, windows, expected
):
    check = plan_check(written(tmp_path, created, *windows))
    assert evidence(warehouse, tmp_path, check) == f"Evidence: before/after, {expected}"


def test_a_plan_that_was_changed_names_nothing(warehouse, tmp_path):
    path = written(tmp_path, date(2026, 2, 10), BASELINE, PHASE)
    plans = json.loads(path.read_text())
    plans["plans"][0]["created_date"] = "2026-01-01"
    path.write_text(json.dumps(plans))
    assert evidence(warehouse, tmp_path, plan_check(path)) == (
        "Evidence: before/after, exploratory: a plan in plan.json was changed"
    )


def modelled(warehouse, driver, **found):
    """Let a model of phase 3 fit, with what it finds."""
    for row in warehouse.tables["marts.avoided_costs"]:
        if (row["phase_id"], row["driver_id"]) == ("phase_3", "tasks"):
            fits = {"disqualified_by": None, "reason_value": None, "reason_limit": None}
            warehouse.tables["marts.avoided_costs"].append(
                row | fits | {"driver_id": driver} | found
            )
            break
    if driver == "tasks":
        warehouse.tables["marts.avoided_costs"].remove(row)


def said(warehouse, tmp_path):
    return build_report(warehouse.write(tmp_path / "w.duckdb"), "final").headline


def test_ways_that_agree_are_not_mentioned(warehouse, tmp_path):
    modelled(warehouse, "tasks", avoided_usd=9.0, avoided_usd_low=5.0, avoided_usd_high=13.0)
    assert said(warehouse, tmp_path) == ()


def test_a_task_and_a_call_that_moved_apart_are(warehouse, tmp_path):
    # Per task 0.036 to 0.0276: -23.3 %; per call 0.036 to 0.045: +25 %.
    warehouse.metric("phase_3", "cost_per_api_call", 0.045)
    assert said(warehouse, tmp_path) == (
        "Tasks and calls disagree: cost per task fell 23.3%, cost per API call rose 25.0%. What a "
        "need costs hangs on how many calls it takes.",
    )


def test_a_model_that_says_more_was_spent_is(warehouse, tmp_path):
    more = {"avoided_usd": -9.0, "avoided_usd_low": -13.0, "avoided_usd_high": -5.0}
    modelled(warehouse, "tasks", has_ratio_that_disagrees=True, **more)
    assert said(warehouse, tmp_path) == (
        "Cost per task fell 23.3%, but the baseline's model, which knows that some cost does not "
        "follow the tasks, finds $9.00 more spent.",
    )


def test_two_models_with_opposite_signs_are(warehouse, tmp_path):
    both = {"has_drivers_that_disagree": True}
    less = {"avoided_usd": 9.0, "avoided_usd_low": 5.0, "avoided_usd_high": 13.0}
    more = {"avoided_usd": -2.0, "avoided_usd_low": -4.0, "avoided_usd_high": 1.0}
    modelled(warehouse, "api_calls", **both, **more)
    modelled(warehouse, "tasks", **both, **less)
    assert said(warehouse, tmp_path) == (
        "The baseline's models disagree: by API calls $2.00 more spent, by tasks $9.00 avoided.",
    )


@pytest.mark.parametrize(
    ("code", "value", "limit", "words"),
    [
        ("few_days", 3.0, 10.0, "the baseline has 3 days with a known cost, and a model needs 10"),
        (
            "driver_beyond_baseline",
            300.0,
            104.0,
            "300 tasks a day is too far from any day of the baseline (at most 104)",
        ),
        ("poor_fit", 0.311, 0.25, "it misses the baseline's own days by 31.1% (25% allowed)"),
        ("poor_forecast", 0.4, 0.35, "it misses days it was not shown by 40.0% (35% allowed)"),
        (
            "biased_forecast",
            0.061,
            0.05,
            "it misses days it was not shown on average by 6.1% (5% allowed)",
        ),
        ("unseen_day_class", None, None, "the baseline has no day of a kind that has to be judged"),
    ],
)
def test_why_a_model_may_not_be_used(code, value, limit, words):
    found = {"disqualified_by": code, "driver_id": "tasks"}
    assert (
        why_not_used(found | {"reason_value": value, "reason_limit": limit}, "the baseline")
        == words
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("no_call_in_phase", "no API call was logged in this week"),
        ("no_cost_in_baseline", "no call of the week before has a known cost"),
        ("baseline_zero", "the cost of the week before is zero"),
        ("tokens_do_not_explain", "the logged tokens do not explain the cost"),
        ("work put off is fewer tasks", "work put off is fewer tasks"),
        (None, "nothing"),
    ],
)
def test_a_missing_figure_is_explained_in_the_words_of_its_window(code, words):
    assert missing_words(code, "this week", "the week before", "nothing") == words


_OTHER = re.compile(
    r"no_(call|cost)|not_loaded|.*_on_day|no_list_price_.*|no_(event|traffic|saving|discount)"
)
"""Parts of codes, those of single days, of a token explanation and of a strategy."""


def test_every_code_of_the_bridge_the_reductions_and_the_claims_has_words():
    sql = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("models/bridge", "models/claims", "macros/bridge")
        for path in (PROJECT / folder).rglob("*.sql")
    )
    codes = set(re.findall(r"'((?:no|not|tokens_do)_[a-z_]+|baseline_zero\w*)'", sql))
    known = {code for code in codes if missing_words(code, "here", "there") != code}
    assert {"tokens_do_not_explain", "no_call_in_baseline"} <= known
    assert {code for code in codes - known if not _OTHER.fullmatch(code)} == set()


def money(warehouse, tmp_path):
    section = build_report(warehouse.write(tmp_path / "w.duckdb"), "final").opening[0]
    rows = {row.row_id: [cell.text for cell in row.cells] for row in section.tables[0].rows}
    return rows, section.notes


def test_without_a_budget_nothing_is_said_of_one(warehouse, tmp_path):
    for row in warehouse.tables["marts.monthly_financial_impact"]:
        row.update(monthly_budget_usd=None, daily_budget_usd=None, phase_vs_budget_usd=None)
    rows, _ = money(warehouse, tmp_path)
    assert rows["money:month"] == ["a month", "$258.00", "$149.10", "$108.90", "$94 to $120"]


def test_a_cut_off_last_day_makes_no_month(warehouse, tmp_path):
    for row in warehouse.tables["marts.verdict_answers"]:
        if (row["phase_id"], row["question_id"]) == ("phase_3", "bill"):
            row.update(answer="cannot_be_told", reason_code="last_day_cut_off")
    rows, notes = money(warehouse, tmp_path)
    assert list(rows) == ["money:day"]
    assert notes == (
        "Of the whole days: with the last one cut off a month and a year would be too low.",
    )


def test_a_year_of_days_makes_a_month_more_than_a_pace(warehouse, tmp_path):
    for row in warehouse.tables["marts.verdict_answers"]:
        row["is_pace_only"] = False
    report = build_report(warehouse.write(tmp_path / "w.duckdb"), "final")
    assert report.answers[1].lead == "The bill fell 37–47% a day, $94–$120 a month ✅."
    assert report.opening[0].notes == ()
