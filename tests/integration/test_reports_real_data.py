"""The phase report on a real pipeline's calls, where cost rose: figures known from the files."""

import subprocess
import sys
from pathlib import Path

import pytest

from tars_bench.reports.documents.build import build_report

PROJECT = Path(__file__).parents[2]
DATA = PROJECT / ".." / "shared" / "data" / "tars_pipeline"
PHASES = """\
phase_id,phase_name,phase_order,start_date,end_date,is_baseline,is_final,target_reduction_ratio,target_reduction_max_ratio
baseline,Baseline,0,2026-07-03,2026-07-13,true,false,,
phase_1,Phase 1,1,2026-07-14,2026-07-24,false,false,0.20,
"""
STRATEGIES = "phase_id,strategy_id\nphase_1,model_routing\n"


def tars_bench(*arguments):
    command = [str(Path(sys.executable).with_name("tars-bench")), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    if not DATA.is_dir():
        pytest.skip("the real data are not here")
    root = tmp_path_factory.mktemp("pipeline") / "workspace"
    tars_bench("init", root, "--source", f"tars={DATA.resolve()}")
    (root / "seeds" / "phases.csv").write_text(PHASES, encoding="utf-8")
    (root / "seeds" / "phase_strategies.csv").write_text(STRATEGIES, encoding="utf-8")
    for verb in ("load", "build", "publish"):
        tars_bench(verb, "--workspace", root)
    return build_report(root / "warehouse" / "tars_bench.duckdb", "phase", "1")


@pytest.fixture
def lines(report):
    return {
        row.row_id: dict(zip([one.key for one in table.columns], row.cells, strict=True))
        for section in report.sections
        for table in section.tables
        for row in table.rows
    }


def test_the_report_says_plainly_that_cost_rose(report):
    bill = next(one for one in report.answers if one.question_id == "bill")
    # 1060.630071 / 11 against 587.278928 / 11 calendar days; 43.03 dollars a day more.
    assert bill.lead == (
        "The bill rose 80.6% a day, $1,309 a month at this pace, which may be chance ❔:"
    )
    text = " ".join(next(one.notes for one in report.sections if one.section_id == "in_words"))
    # 587.278928 / 10 and 1060.630071 / 11 days with calls; 587.278928 / 11 calendar days.
    assert "Daily cost as billed rose 80.6% (from $53.39 to $96.42; 95% interval " in text
    assert ") per calendar day; per day with calls it rose 64.2% (from $58.73 to $96.42)" in text
    assert "The logged tokens do not explain the cost" in text
    # The first screen says that it cannot be told: no figure of it stands in words.
    assert "at the prices and the mix of work" not in text
    # 587.278928 / 2423 and 1060.630071 / 4932 calls.
    assert "cost per API call fell 11.3% (from $0.2424 to $0.2151)" in text


def test_the_figures_are_those_of_the_files(lines):
    assert lines["daily_cost"]["baseline"].value == pytest.approx(58.7278928, abs=1e-7)
    assert lines["cost_per_api_call"]["phase"].value == pytest.approx(1060.630071 / 4932, abs=1e-9)
    assert lines["response_time_avg"]["baseline"].value == pytest.approx(152858.889, abs=0.001)
    assert lines["response_time_p95"]["baseline"].value == pytest.approx(354102.8, abs=0.05)
    assert lines["sonnet_call_share"]["phase"].text == "8.5%"
    assert lines["sonnet_call_share"]["phase"].value == pytest.approx(418 / 4932)


def test_what_was_not_logged_is_not_measurable(report, lines):
    assert lines["user_satisfaction_avg"]["phase"].value is None
    assert lines["user_satisfaction_avg"]["verdict"].text == "not measurable ❔"
    notes = next(one.notes for one in report.sections if one.section_id == "quality_metrics")
    assert any("User Satisfaction: no feedback" in note for note in notes)
