"""What a report concludes and says, on figures changed by hand."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from fixtures.report_warehouse import SCHEMA, specification
from tars_bench.errors import NotReadyError, UsageError
from tars_bench.reports.build import build_report

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
    return {
        row.row_id: [cell.text for cell in row.cells]
        for table in section(report, section_id).tables
        for row in table.rows
    }


def change(warehouse, **metrics):
    for metric_id, value in metrics.items():
        warehouse.metric("phase_3", metric_id, value)


def test_all_better_is_a_saving(final_report):
    assert final_report().verdict.word == "Cheaper at no measured loss ✅"


def test_an_increase_is_called_an_increase(warehouse, final_report):
    change(warehouse, daily_cost=17.0, daily_cost_calendar=12.75, cost_per_task=0.05)
    report = final_report()
    assert report.verdict.word == "Not a saving ❌"
    assert "a call got cheaper, but more calls were made" in report.verdict.sentence
    assert "a task costs more than before" in report.verdict.sentence
    assert "Daily cost rose 100.0% (from $8.50 to $17.00) per day with calls" in report.headline[0]
    assert "rose 50.0% (from $8.50 to $12.75) per calendar day" in report.headline[0]
    assert rows(report, "cost_reduction_achievement")["daily_cost"][-1] == "regressed ❌"


def test_cheaper_but_worse_is_no_improvement(warehouse, final_report):
    change(
        warehouse,
        error_rate=0.05,
        task_completion_rate=0.9,
        quality_score_avg=0.8,
        user_satisfaction_avg=3.0,
    )
    assert final_report().verdict.word == "Cheaper, but worse ⚠️"


def test_one_quality_figure_that_fell_is_named(warehouse, final_report):
    change(warehouse, error_rate=0.05)
    report = final_report()
    assert report.verdict.word == "Cheaper, quality mixed ⚠️"
    assert "error rate got worse" in report.verdict.sentence
    assert "error rate, 2.0% to 5.0%" in " ".join(report.headline)


def test_doing_less_is_no_saving(warehouse, final_report):
    change(warehouse, cost_per_task=0.036)
    assert final_report().verdict.word == "Cheaper only by doing less ⚠️"


def test_quality_not_measured_is_said(warehouse, final_report):
    for metric_id in (
        "error_rate",
        "task_completion_rate",
        "quality_score_avg",
        "user_satisfaction_avg",
    ):
        change(warehouse, **{metric_id: None})
    report = final_report()
    assert report.verdict.word == "Cheaper, quality not measured ❔"
    assert "Quality was not measured in both periods" in " ".join(report.headline)


def test_two_daily_costs_that_disagree_are_no_verdict(warehouse, final_report):
    change(warehouse, daily_cost_calendar=9.0)
    assert final_report().verdict.word == "Unclear ⚠️"


def test_a_change_too_small_to_show_is_neither_better_nor_worse(warehouse, final_report):
    change(warehouse, error_rate=0.02002)
    report = final_report()
    assert report.verdict.word == "Cheaper at no measured loss ✅"
    assert rows(report, "quality_metrics")["error_rate"][-2:] == ["+0.002 pp", "about the same"]


def test_a_phase_without_data_says_why(warehouse, final_report):
    for metric_id in list(warehouse.values["phase_3"]):
        change(warehouse, **{metric_id: None})
    window = warehouse.tables["marts.phase_windows"][2]
    window.update(day_count=0, active_day_count=0, api_call_count=0, task_count=0, token_count=0)
    report = final_report()
    assert report.verdict.word == "Not measurable ❔"
    assert "no request was logged in this phase" in report.verdict.sentence
    daily = rows(report, "cost_reduction_achievement")["daily_cost"]
    assert daily[2:] == [
        "not measured",
        "not measured",
        "not measurable ❔ no request was logged in this phase",
    ]
    assert "Phase 3: needs 7 more days of data to be complete." in report.notes


def test_few_samples_are_named_beside_the_verdict(final_report):
    shown = rows(final_report(), "quality_metrics")["user_satisfaction_avg"]
    assert shown[-1] == "improved ✅, on only 12 samples"


def test_claims_stand_beside_the_measured_drop(final_report):
    # 0.89 + 0.45 + 0.36 + 0.34 + 0.26 = 2.30 claimed; 8.50 - 4.97 = 3.53 measured.
    report = final_report()
    shown = rows(report, "optimization_impact")
    assert shown["total"][1] == "$2.30"
    assert shown["measured"][1] == "$3.53"
    assert shown["unexplained"][1] == "$1.23"
    assert "which leaves $1.23 of the drop unexplained" in " ".join(report.headline)


def test_a_near_miss_is_shown_as_a_miss(final_report):
    shown = rows(final_report(), "checklist")["phase_2_reduction"]
    assert shown[1:] == ["32.996%", "≥ 33%", "fail ❌"]


def test_below_the_range_is_said(final_report):
    shown = rows(final_report(), "checklist")["monthly_cost_in_range"]
    assert shown[1:] == ["$149.10", "≥ $155 and ≤ $181", "below the range ⚠️"]


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


def test_ten_thousand_sessions_are_added_up(warehouse, tmp_path):
    session = warehouse.tables["marts.phase_session_usage"][0]
    warehouse.tables["marts.phase_session_usage"] = [session]
    path = warehouse.write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            insert into marts.phase_session_usage
            select 'baseline', 'tars', 'session ' || number, null, 0.5, 100, 2, 30, false
            from range(9999) as numbers(number)
            """
        )
    shown = rows(build_report(path, "baseline"), "session_breakdown")
    assert len(shown) == 11
    # 9,999 at $0.50 less the nine listed ones.
    assert shown["other_sessions"][:4] == ["9,990 other sessions", "$4,995.00", "999,000", "19,980"]


def test_one_means_phase_1(warehouse, tmp_path):
    path = warehouse.write(tmp_path / "w.duckdb")
    assert build_report(path, "phase", "1") == build_report(path, "phase", "phase_1")


@pytest.mark.parametrize("phase_id", ["9", "baseline", "phase_1' or true --"])
def test_an_unknown_phase_is_a_usage_error(warehouse, tmp_path, phase_id):
    path = warehouse.write(tmp_path / "w.duckdb")
    with pytest.raises(UsageError) as error:
        build_report(path, "phase", phase_id)
    assert "phase_1, phase_3" in error.value.hint


def test_a_missing_file_is_not_ready(tmp_path):
    with pytest.raises(NotReadyError):
        build_report(tmp_path / "nothing.duckdb", "final")


def test_a_missing_table_is_not_ready(warehouse, tmp_path):
    path = warehouse.write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table marts.target_achievement")
    with pytest.raises(NotReadyError) as error:
        build_report(path, "final")
    assert "target_achievement" in error.value.message


def test_a_report_needs_no_checklist(warehouse, tmp_path):
    path = warehouse.write(tmp_path / "w.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop schema validation cascade")
        connection.execute("drop schema meta cascade")
    report = build_report(path, "final")
    assert "checklist" not in {one.section_id for one in report.sections}
    assert rows(report, "provenance")["released_at"][1] == "not published"


def test_the_hand_made_marts_have_columns_of_the_real_ones():
    contracts = {}
    for file in (PROJECT / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models") or ():
            columns = model.get("columns") or ()
            contracts[model["name"]] = {one["name"]: one.get("data_type") for one in columns}
    for table, body in re.findall(
        r"create table marts\.(\w+) \((.*?)\n\);", SCHEMA.read_text(), flags=re.DOTALL
    ):
        for column in body.strip().splitlines():
            name, data_type = column.strip().rstrip(",").split(" ", 1)
            assert contracts[table].get(name) == data_type, f"{table}.{name}"
