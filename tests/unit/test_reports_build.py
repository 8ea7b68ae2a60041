"""What a report concludes and says, on figures changed by hand."""

from pathlib import Path

import pytest

from fixtures.report_warehouse import specification
from tars_bench.reports.documents.build import build_report

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def warehouse():
    return specification()


@pytest.fixture
def final_report(warehouse, tmp_path):
    return lambda: build_report(warehouse.write(tmp_path / "w.duckdb"), "final")


def section(report, section_id):
    return next(one for one in report.all_sections() if one.section_id == section_id)


def rows(report, section_id):
    return rows_of(section(report, section_id))


def rows_of(found):
    return {
        row.row_id: [cell.text for cell in row.cells]
        for table in found.tables
        for row in table.rows
    }


def change(warehouse, **metrics):
    for metric_id, value in metrics.items():
        warehouse.metric("phase_3", metric_id, value)


def judged(warehouse, **found):
    """Set what the proof says of phase 3 in the mart it is read from."""
    for row in warehouse.tables["marts.headline_verdicts"]:
        if row["phase_id"] == "phase_3":
            row.update(found)


def answered(warehouse, question_id, **found):
    """Set one answer of phase 3 in the mart it is read from."""
    for row in warehouse.tables["marts.verdict_answers"]:
        if (row["phase_id"], row["question_id"]) == ("phase_3", question_id):
            row.update(found)


def in_words(report):
    return section(report, "in_words").notes


def sentences(report):
    return [answer.sentence for answer in report.answers]


def test_the_first_screen_is_three_answers_and_the_money(final_report):
    report = final_report()
    # 1 - 0.0276 / 0.036 = 23.33 % and 1 - 4.97 / 8.50 = 41.53 %, give or take 5 points each;
    # 258.00 - 149.10 = 108.90 a month; 3.53 a day, give or take 0.425, is 3.11 to 3.96, and so
    # many times 365 / 12 and 365.
    assert sentences(report) == [
        "A task costs 18–28% less: established ✅.",
        "The bill fell 37–47% a day, $94–$120 a month at this pace ✅.",
        "Quality held ✅.",
    ]
    assert report.verdict is None
    assert report.headline == ()
    # A budget of 200 a month is 200 * 12 / 365 = 6.58 a day.
    assert rows_of(report.opening[0]) == {
        "money:day": ["a day", "$8.50", "$4.97", "$3.53", "$3.11 to $3.96", "$6.58", "–"],
        "money:month": [
            "a month",
            "$258.00",
            "$149.10",
            "$108.90",
            "$94 to $120",
            "$200.00",
            "UNDER by $50.90 ✅",
        ],
        "money:year": [
            *("a year", "$3,096.00", "$1,789.20", "$1,306.80", "$1,133 to $1,444"),
            *("$2,400.00", "–"),
        ],
    }


def test_the_checklist_in_brief_is_met_or_missed_and_certain_or_not(final_report):
    brief = final_report().opening[1]
    assert {key: shown[1:] for key, shown in rows_of(brief).items()} == {
        "brief:phase_1_reduction": ["24.4%", "met ✅", "certain"],
        "brief:phase_2_reduction": ["32.996%", "missed ❌", "certain"],
        "brief:quality_maintained": ["2 of 2", "met ✅", "certain"],
        "brief:monthly_cost_in_range": ["$149.10", "missed ❌", "not yet"],
    }
    assert brief.tables[0].title == (
        "Checklist: 2 of 4 met (2 certain); success criteria: 0 of 1 met (0 certain)"
    )


def test_three_reductions_are_said_in_words(final_report):
    # 1 - 4.97 / 8.50 = 41.53 %, give or take 5; a point less at constant prices;
    # 1 - 0.0276 / 0.036 = 23.33 % per task, and 234 tasks at 0.0276 are 6.4584.
    assert in_words(final_report())[0].startswith(
        "Cost per task at the prices and the mix of work of the baseline fell 23.3% (from $0.0360 "
        "to $0.0276; 95% interval -28.3% to -18.3%). "
        "Daily cost as billed fell 41.5% (from $8.50 to $4.97; 95% interval -46.5% to -36.5%), "
        "per calendar day and per day with calls alike. At the prices of the baseline it fell "
        "40.5%: the vendor's prices account for -1.0 pp. At as many completed tasks as in the "
        "baseline it fell 23.3% (to $6.46; 95% interval -28.3% to -18.3%)."
    )


def test_an_increase_is_called_an_increase(warehouse, final_report):
    change(warehouse, daily_cost=17.0, daily_cost_calendar=12.75, cost_per_task=0.05)
    answered(warehouse, "bill", answer="rose", change_ratio_low=0.45, change_ratio_high=0.55)
    judged(
        warehouse,
        as_billed_reduction_ratio=-1.0,
        as_billed_reduction_ratio_low=-1.05,
        as_billed_reduction_ratio_high=-0.95,
    )
    report = final_report()
    assert sentences(report)[1].startswith("The bill rose 45–55% a day")
    assert report.answers[1].tone == "bad"
    assert (
        "Daily cost as billed rose 50.0% (from $8.50 to $12.75; 95% interval +45.0% to +55.0%) "
        "per calendar day; per day with calls it rose 100.0% (from $8.50 to $17.00)."
    ) in in_words(report)[0]
    daily = rows(report, "cost_reduction_achievement")["daily_cost"]
    assert daily[3:] == ["+100.0%", "regressed ❌"]
    assert rows(report, "intervals")["interval:daily_cost"][1:] == [
        "+100.0%",
        "+95.0% to +105.0%",
        "702 / 1,260",
        "3 / 7 days",
    ]


def test_cheaper_but_worse_is_no_improvement(warehouse, final_report):
    reason = {"reason_code": "beyond_margin", "reason_metric_id": "error_rate"}
    limits = {"reason_value": 0.02, "reason_limit": 0.01}
    answered(warehouse, "quality", answer="worse", **reason, **limits)
    for row in warehouse.tables["marts.quality_checks"]:
        if row["metric_id"] == "error_rate":
            row.update(status="worse", change_value_low=0.02, change_value_high=0.04)
    report = final_report()
    assert sentences(report)[2] == (
        "Quality got worse ❌: error rate is at least 2.0 points worse (1.0 allowed)."
    )
    assert "Quality: got worse beyond the margin: Error Rate" in in_words(report)[2]
    shown = rows(report, "quality_checks")["quality:error_rate"]
    assert shown[3:] == ["+2.0 pp to +4.0 pp", "+1.0 pp", "9 / 21", "worse ❌"]


def test_what_is_not_established_says_why(warehouse, tmp_path):
    report = build_report(warehouse.write(tmp_path / "w.duckdb"), "phase", "1")
    assert report.warnings == (
        "Before any figure: What share of weekend days means (days with calls on weekends 25.0% in "
        "the baseline and 91.7% in the phase).",
    )
    assert sentences(report) == [
        "Whether a task costs less cannot be told ❔: the two periods cannot be compared.",
        # 1 - 6.43 / 8.50 = 24.35 %, give or take 5 points; 258 - 195.58 = 62.42 a month.
        "The bill fell 19–29% a day, $50–$76 a month at this pace ✅.",
        "Whether quality held is open ❔: these days can only rule out an error rate more than 1.2 "
        "points worse (1.0 allowed).",
    ]
    checks = list(rows(report, "hygiene").values())
    assert [shown[3] for shown in checks] == [
        "serious ❌",
        "warning ⚠️",
        "not measurable ❔",
        "ok ✅",
    ]
    assert checks[0][1:3] == ["66.7%", "> 10%, > 50%"]
    assert "Of 4 checks of the comparison itself 1 is serious, 1 warns." in in_words(report)[-1]


def test_too_little_data_has_no_interval(warehouse, final_report):
    judged(
        warehouse,
        as_billed_reduction_ratio_low=None,
        as_billed_reduction_ratio_high=None,
        constant_price_reduction_ratio=None,
        constant_price_missing_reason="a model has no price",
        workload_adjusted_reduction_ratio=None,
        workload_adjusted_missing_reason="no task was completed",
    )
    for row in warehouse.tables["marts.proof_intervals"]:
        ends = {key: None for key in row if key.endswith(("_low", "_high"))}
        row.update(**ends, verdict="not enough data")
    ends = {"change_ratio_low": None, "change_ratio_high": None}
    for question in ("unit_cost", "bill"):
        few = {"answer": "cannot_be_told", "is_established": False, **ends}
        answered(warehouse, question, reason_code="too_little_data", **few)
    report = final_report()
    assert sentences(report)[:2] == [
        "Whether a task costs less cannot be told ❔: there are too few days or sessions.",
        "The bill fell 41.5% a day, $109 a month at this pace ❔, but there are too few days to "
        "tell it from chance.",
    ]
    daily = rows(report, "cost_reduction_achievement")["daily_cost"]
    assert daily[3:] == ["-41.5%", "not enough data ❔"]
    assert rows(report, "intervals")["interval:daily_cost"][2] == "no interval"
    said = in_words(report)[0]
    assert "to $4.97; no interval: not enough data)" in said
    assert "At the prices of the baseline nothing can be said: a model has no price." in said
    assert "tasks as in the baseline nothing can be said: no task was completed." in said


def test_a_change_the_interval_does_not_settle_is_no_clear_change(warehouse, final_report):
    # 2 % to 2.06 %: a twentieth of 2 % on either side is a tenth of a point.
    change(warehouse, error_rate=0.0206)
    report = final_report()
    assert rows(report, "quality_metrics")["error_rate"][3:] == ["+0.1 pp", "no clear change ❔"]
    shown = rows(report, "intervals")["interval:error_rate"]
    assert shown[1:3] == ["+0.1 pp", "-0.04 pp to +0.2 pp"]


def test_the_interval_shown_is_the_one_that_does_not_settle(warehouse, final_report):
    for row in warehouse.tables["marts.proof_intervals"]:
        if row["metric_id"] == "api_calls_per_day":
            row |= {"change_value_low": -60.0, "change_value_high": 1.0}
            row |= {"change_ratio_low": -0.26, "change_ratio_high": -0.01}
            row["verdict"] = "no clear change"
    report = final_report()
    assert rows(report, "intervals")["interval:api_calls_per_day"][2] == "-60 to +1"
    shown = rows(report, "performance_metrics")["api_calls_per_day"]
    assert shown[-1] == "no clear change ❔"


def test_the_bridge_leads_from_one_cost_to_the_other(final_report):
    shown = rows(final_report(), "cost_bridge")
    assert list(shown)[:5] == ["baseline", "workload", "model_mix", "response_cache", "phase"]
    assert shown["baseline"][4] == "$8.50"
    assert shown["workload"][1:] == ["234", "180", "tasks per day", "-$1.50", "42.5%"]
    assert shown["response_cache"][1:3] == ["100.0%", "75.0%"]
    assert shown["phase"][4] == "$4.97"
    assert shown["model:claude-sonnet-4-5"][5:] == ["-$3.93", "Model mix -$2.43"]


def test_cost_that_tokens_do_not_explain_is_said_and_not_invented(warehouse, final_report):
    for row in warehouse.tables["marts.cost_bridge_phases"]:
        row |= {"is_token_explained": False, "token_explanation_code": "share_too_low"}
        row |= {"baseline_explained_share": 0.6, "phase_explained_share": 0.03}
        row |= {"baseline_billing_ratio": 1.0, "phase_billing_ratio": 2.5}
        if row["factor_id"] == "model_mix":
            row.update(contribution_usd_per_day=None, missing_reason="tokens_do_not_explain")
    report = final_report()
    assert "model_mix" not in rows(report, "cost_bridge")
    notes = section(report, "cost_bridge").notes
    assert notes[1].startswith(
        "Logged tokens do not explain the cost: at list prices they explain 60.0% of the baseline "
        "and 3.0% of this phase, too little of the billed cost, which is 1.00x and 2.50x the list "
        "cost of the tokens. So"
    )
    assert "The logged tokens do not explain the cost" in in_words(report)[1]


def test_a_strategy_that_is_not_verified_is_named(final_report):
    report = final_report()
    shown = rows(report, "strategies_verified")
    assert shown["model_routing"][5:] == ["-10.0% to -2.0%", "verified ✅"]
    assert shown["lazy_loading"][-1] == "not verified ❌"
    assert "4 of 5 strategies are verified; not verified: Lazy Loading." in in_words(report)[3]


def test_a_phase_without_data_says_why(warehouse, final_report):
    for metric_id in list(warehouse.values["phase_3"]):
        change(warehouse, **{metric_id: None})
    window = warehouse.tables["marts.phase_windows"][2]
    window.update(day_count=0, active_day_count=0, api_call_count=0, task_count=0, token_count=0)
    report = final_report()
    assert report.answers == ()
    assert report.headline[0] == (
        "Phase 3 (2026-03-02 to 2026-03-08) has no call loaded, so there is nothing to report. "
        "Loaded are 2026-02-11 to 2026-03-08."
    )
    assert "seeds/phases.csv" in report.headline[1]
    assert "`tars-bench report baseline`" in report.headline[1]
    assert [one.section_id for one in report.sections] == ["missing"]
    shown = rows(report, "missing")
    assert shown["baseline"][2:] == ["3", "3", "3", "complete"]
    assert shown["phase_3"][2:] == ["7", "0", "0", "7 days without calls ❔"]


def test_a_baseline_without_data_is_short_too(warehouse, tmp_path):
    window = warehouse.tables["marts.phase_windows"][0]
    window.update(day_count=0, active_day_count=0, api_call_count=0, task_count=0, token_count=0)
    report = build_report(warehouse.write(tmp_path / "w.duckdb"), "baseline")
    assert report.verdict is None
    assert report.headline[0].startswith("Baseline (2026-02-11 to 2026-02-13) has no call loaded")
    assert [one.section_id for one in report.sections] == ["missing"]


def test_claims_stand_beside_what_the_bridge_supports(final_report):
    # 0.89 + 0.45 + 0.36 + 0.34 + 0.26 = 2.30 claimed; 8.50 - 4.97 = 3.53 measured;
    # 0.93 + 1.10 + 0.00 - 0.20 = 1.83 supported, and 3.53 - 1.83 = 1.70 to no strategy.
    report = final_report()
    shown = rows(report, "optimization_impact")
    assert shown["total"][1] == "$2.30"
    assert shown["measured"][1] == "$3.53"
    shown = rows(report, "claims_audit")
    assert shown["audit:total"][3:6] == ["$2.30", "$1.83", "1.26x"]
    assert shown["audit:model_routing"][1:8] == [
        *("100", "$0.89", "$0.89", "$0.93", "0.96x", "3", "1")
    ]
    assert shown["audit:batch_processing"][4:6] == ["not known", "not known"]
    assert shown["unexplained"][2:5] == ["$1.23", "$1.23", "$1.70"]
    assert (
        "claim $2.30 saved per day with calls; of what it can tell apart the cost bridge supports "
        "$1.83 (1.26x is claimed); daily cost fell by $3.53, $1.23 more than is claimed."
    ) in in_words(report)[3]


def test_traffic_that_moved_without_an_event_is_named(warehouse, final_report):
    for row in warehouse.tables["marts.phase_strategy_savings"]:
        row["event_count"] = 0
    for row in warehouse.tables["marts.strategy_verification"]:
        row |= {"event_count": 0, "is_planned": row["strategy_id"] == "model_routing"}
    report = final_report()
    assert (
        "No optimization event was logged, so no strategy can be credited with anything, though "
        "traffic moved: Model Routing, 0.0% to 25.0%."
    ) in in_words(report)[3]


def test_a_near_miss_is_shown_as_a_miss(final_report):
    shown = rows(final_report(), "checklist")["phase_2_reduction"]
    assert shown[1:] == ["32.996%", "≥ 33%", "none", "1,260", "fail ❌"]


def test_below_the_range_is_said(final_report):
    shown = rows(final_report(), "checklist")["monthly_cost_in_range"]
    assert shown[1:3] == ["$149.10", "≥ $155 and ≤ $181"]
    assert shown[3] == "$141.00 to $158.00"
    assert shown[5] == "below the range ⚠️, about 34 more days"


def test_the_budget_is_read_as_over_and_under(final_report):
    shown = rows(final_report(), "monthly_financial_impact")
    assert shown["baseline_monthly"] == ["Previous cost", "$258.00", "OVER by $58.00 ❌"]
    assert shown["phase_monthly"] == ["Optimized cost", "$149.10", "UNDER by $50.90 ✅"]
    assert shown["annual_savings"][1] == "$1,306.80"


def test_a_missing_budget_is_said(warehouse, final_report):
    for row in warehouse.tables["marts.monthly_financial_impact"]:
        row.update(monthly_budget_usd=None, baseline_vs_budget_usd=None, phase_vs_budget_usd=None)
    shown = rows(final_report(), "monthly_financial_impact")
    assert shown["monthly_budget"][1] == "no budget is set"
    assert shown["phase_monthly"][2] == "no budget is set"
