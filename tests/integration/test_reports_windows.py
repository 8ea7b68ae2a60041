"""Weeks, months and comparisons over a built warehouse: the same figures as the phases', no others.

One workspace holds the simulated plan; the figures are also counted from its log files.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fixtures.report_renderings import document_text
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.documents.comparison import build_comparison, comparison_windows
from tars_bench.reports.documents.period import build_period_report
from tars_bench.reports.read.periods import period_window, read_period
from tars_bench.reports.read.windows import Window, open_windows
from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.shared.exit_codes import ExitCode

PROJECT = Path(__file__).parents[2]
WEEKLY = [
    *("--period", "weekly", "--start-date", "2026-02-10", "--end-date", "2026-02-16"),
    *("--format", "markdown", "--output"),
]
MONTHLY = ["--period", "monthly", "--month", "2026-02", "--output"]
BASELINE = "2026-02-11..2026-02-13"


def tars_bench(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "tars_bench", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.OK, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("windows") / "workspace"
    tars_bench("init", folder, "--budget", "200")
    tars_bench("simulate", "--out", folder / "data")
    for verb in ("load", "build", "validate", "publish"):
        tars_bench(verb, "--workspace", folder)
    return folder


@pytest.fixture(scope="module")
def database(workspace):
    return workspace / "warehouse" / "tars_bench.duckdb"


@pytest.fixture(scope="module")
def logged(workspace):
    """Cost, calls and cache hits per day, counted from the log files line by line."""
    days = defaultdict(lambda: [Decimal(0), 0, 0])
    for path in (workspace / "data" / "api_responses").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            call = json.loads(line, parse_float=Decimal)
            day = days[date.fromisoformat(call["timestamp"][:10])]
            day[0] += call["cost"]
            day[1] += not call["cacheHit"]
            day[2] += call["cacheHit"]
    return days


def cells(report, *skipped):
    """The cells of a report's tables by section and row: what is to be the same.

    Not what only a plan says, nor sentences, which call the windows by their names.
    """
    return {
        (section.section_id, number, row.row_id): tuple(
            cell
            for column, cell in zip(table.columns, row.cells, strict=True)
            if column.key not in ("planned", "check", "sentence")
        )
        for section in report.sections
        if section.section_id not in skipped
        for number, table in enumerate(section.tables)
        for row in table.rows
    }


def assert_same(shown, wanted):
    """Every cell shows the same and holds the same, to the last digit."""
    assert list(shown) == list(wanted)
    for key, row in wanted.items():
        assert [one.text for one in shown[key]] == [one.text for one in row], key
        assert [one.value for one in shown[key]] == [one.value for one in row], key
        assert [one.high for one in shown[key]] == [one.high for one in row], key


def test_a_comparison_over_the_windows_of_a_phase_is_its_report_cell_for_cell(database):
    planned = build_report(database, "phase", "1")
    compared = build_comparison(database, *comparison_windows(BASELINE, "2026-02-14..2026-02-16"))
    only_of_a_plan = ("target_achievement", "checklist")
    assert_same(cells(compared), cells(planned, *only_of_a_plan))
    assert len(cells(compared)) > 35
    assert compared.answers == planned.answers
    assert len(compared.answers) == 3


def test_a_comparison_with_the_last_phase_has_its_figures(database):
    """Its savings are grouped by strategy, not by earlier phases; all else is the same."""
    planned = build_report(database, "phase", "3")
    compared = build_comparison(database, *comparison_windows(BASELINE, "2026-03-02..2026-03-08"))
    shown, wanted = cells(compared), cells(planned, "target_achievement", "checklist")
    titles = {"cumulative_cost_reduction": "cost_comparison"}
    wanted = {(titles.get(key[0], key[0]), *key[1:]): one for key, one in wanted.items()}
    lines = ("optimization_impact", 0)
    assert_same(
        {key: one for key, one in shown.items() if key[:2] != lines},
        {key: one for key, one in wanted.items() if key[:2] != lines},
    )
    for key in ("total", "measured"):
        assert shown[(*lines, key)][1].value == pytest.approx(wanted[(*lines, key)][1].value)


def test_a_week_has_the_figures_of_its_log_lines(database, logged):
    data = read_period(
        database, "weekly", period_window("weekly", date(2026, 2, 10), date(2026, 2, 16))
    )
    mine = {day: one for day, one in logged.items() if day <= date(2026, 2, 16)}
    assert len(mine) == 6
    total = data.totals["period"]
    assert total["cost_usd"] == sum(one[0] for one in mine.values())
    assert total["api_call_count"] == sum(one[1] for one in mine.values())
    assert total["cache_hit_count"] == sum(one[2] for one in mine.values())
    assert {one["metric_date"]: one["api_call_count"] for one in data.days} == {
        day: one[1] for day, one in mine.items()
    }
    assert data.before.line("daily_cost").phase_value == pytest.approx(
        float(sum(one[0] for one in mine.values())) / 6
    )


def test_the_days_before_are_those_before(database, logged):
    data = read_period(
        database, "weekly", period_window("weekly", date(2026, 2, 18), date(2026, 2, 24))
    )
    earlier = [one for day, one in logged.items() if date(2026, 2, 11) <= day < date(2026, 2, 18)]
    assert len(earlier) == 7
    assert data.totals["before"]["cost_usd"] == sum(one[0] for one in earlier)
    assert data.baseline.line("daily_cost").baseline_value == pytest.approx(
        float(sum(logged[date(2026, 2, day)][0] for day in (11, 12, 13))) / 3
    )


def test_a_month_is_the_month_and_its_budget(database, logged):
    report = build_period_report(database, "monthly", date(2026, 3, 1), date(2026, 3, 31))
    rows = {key[2]: one for key, one in cells(report).items() if key[0] == "monthly_budget"}
    spent = float(sum(one[0] for day, one in logged.items() if day >= date(2026, 3, 1)))
    assert rows["spent"][1].value == pytest.approx(spent)
    # 8 of 31 days are loaded.
    assert rows["projected"][1].value == pytest.approx(spent / 8 * 31)
    assert rows["left"][1].value == pytest.approx(200 - spent)
    assert rows["left_per_day"][1].value == pytest.approx((200 - spent) / 23)
    assert report.subtitle[0].endswith("(31 days, 8 loaded, 8 with calls)")
    assert any(
        "23 days between 2026-03-09 and 2026-03-31 are missing" in one for one in report.notes
    )


def test_a_window_without_data_says_so(database):
    compared = build_comparison(database, *comparison_windows(BASELINE, "2027-01-01..2027-01-07"))
    assert compared.answers == ()
    assert "Candidate (2027-01-01 to 2027-01-07) has no call loaded" in compared.headline[0]
    assert [one.section_id for one in compared.sections] == ["missing"]


def test_the_week_after_the_last_day_is_empty_not_zero(database):
    report = build_period_report(database, "weekly", date(2027, 1, 1), date(2027, 1, 7))
    assert report.verdict.word.startswith("Nothing to compare with")
    assert report.verdict.sentence == "No call of this week is loaded."
    assert cells(report)[("totals", 0, "cost_usd")][1].text == "no cost known"
    assert len([key for key in cells(report) if key[0] == "day_by_day"]) == 1


def test_windows_must_not_share_a_day(database):
    with pytest.raises(UsageError, match="the windows overlap"):
        build_comparison(database, *comparison_windows(BASELINE, "2026-02-13..2026-02-16"))


def test_nothing_is_written_and_nothing_else_is_reached(database, tmp_path):
    before = database.stat()
    windows = [Window("a", "A", date(2026, 2, 11), date(2026, 2, 11))] * 2
    with open_windows(database, *windows, ["marts.phase_windows"]) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database()"
            " order by table_name"
        )
        assert [name for (name,) in tables.fetchall()] == [
            "int_window_components",
            "phase_strategies",
            "phase_windows",
            "phases",
        ]
        with pytest.raises(Exception, match="disabled by configuration"):
            connection.execute("copy (select 1) to ?", [str(tmp_path / "out.csv")])
    assert database.stat() == before


def test_a_file_without_the_recorded_sql_says_what_to_do(database, tmp_path):
    import duckdb

    old = tmp_path / "old.duckdb"
    shutil.copy(database, old)
    old.chmod(0o644)
    with duckdb.connect(str(old)) as connection:
        connection.execute("drop table meta.compiled_models")
    with pytest.raises(NotReadyError, match="lacks the SQL") as caught:
        build_comparison(old, *comparison_windows(BASELINE, "2026-02-14"))
    assert "tars-bench run" in caught.value.hint


def run_script(python, *arguments, **environment):
    return subprocess.run(
        [python, "generate_benchmark_report.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        env={**os.environ, **environment},
    )


def bare_python():
    """A Python that does not know tars_bench, like a machine's own."""
    found = Path(sys.executable).resolve()
    assert found != Path(sys.executable)
    return str(found)


@pytest.mark.parametrize("python", [sys.executable, bare_python()], ids=["project", "machine"])
def test_the_specification_weekly_command(workspace, tmp_path, python):
    output = tmp_path / "WEEKLY_BENCHMARK_2026-02-16.md"
    done = run_script(python, *WEEKLY, output, TARS_BENCH_WORKSPACE=str(workspace))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    text = output.read_text(encoding="utf-8")
    assert text.startswith("# WEEKLY BENCHMARK REPORT - 2026-02-16\n")
    assert "6 of 7 days loaded" in text
    linked = re.findall(r"!\[[^]]*\]\(<([^>]+)>\)", text)
    assert len(linked) >= 5
    for one in linked:
        assert (tmp_path / one).read_text(encoding="utf-8").startswith("<svg")


def test_a_week_that_is_a_phase_has_its_proof_cell_for_cell(database):
    """The last phase is the week from 2026-03-02: what is said against the baseline is the same."""
    planned = cells(build_report(database, "final"))
    weekly = build_period_report(database, "weekly", date(2026, 3, 2), date(2026, 3, 8))
    titles = {"cost_reduction_achievement": "cost_metrics"}
    wanted = {(titles.get(key[0], key[0]), *key[1:]): one for key, one in planned.items()}
    same = ("cost_metrics", "performance_metrics", "quality_metrics", "quality_checks")
    same += ("cost_bridge", "model_distribution", "cache_batch_metrics", "intervals")
    assert_same(
        {key: one for key, one in cells(weekly).items() if key[0] in same},
        {key: one for key, one in wanted.items() if key[0] in same},
    )
    assert weekly.answers == build_report(database, "final").answers
    assert any(one.startswith("Against the week before: the bill ") for one in weekly.headline)
    assert cells(weekly)[("against_the_week_before", 0, "daily_cost")]


def test_a_week_that_holds_the_end_of_the_baseline_is_split_there(database, logged):
    """Three days of the baseline, three days after it: as `compare` says of the same days."""
    report = build_period_report(database, "weekly", date(2026, 2, 10), date(2026, 2, 16))
    compared = build_comparison(database, *comparison_windows(BASELINE, "2026-02-14..2026-02-16"))
    assert report.answers == compared.answers
    assert (report.baseline.first_date, report.baseline.last_date) == (
        date(2026, 2, 11),
        date(2026, 2, 13),
    )
    before, after = (
        float(sum(logged[date(2026, 2, day)][0] for day in days)) / 3
        for days in ((11, 12, 13), (14, 15, 16))
    )
    row = cells(report)[("cost_metrics", 0, "daily_cost")]
    assert [one.value for one in row[1:4]] == pytest.approx([before, after, after / before - 1])
    # The totals stay those of the whole week.
    total = float(sum(one[0] for day, one in logged.items() if day <= date(2026, 2, 16)))
    assert float(cells(report)[("totals", 0, "cost_usd")][1].value) == pytest.approx(total)
    assert any("is split at the end of the baseline" in one for one in report.notes)


def test_a_week_inside_the_baseline_is_shown_and_not_judged(database):
    report = build_period_report(database, "weekly", date(2026, 2, 11), date(2026, 2, 13))
    assert report.answers == ()
    assert report.verdict.word == "Nothing to compare with ❔"
    texts = " ".join(one.text for row in cells(report).values() for one in row)
    assert not any(word in texts for word in ("improved", "regressed", "no clear change"))


def test_the_specification_monthly_document(workspace, tmp_path):
    output = tmp_path / "MONTHLY_BENCHMARK_2026-02.pdf"
    done = run_script(
        sys.executable,
        *("--period", "monthly", "--month", "2026-02", "--format", "pdf", "--output", output),
        TARS_BENCH_WORKSPACE=str(workspace),
    )
    assert done.returncode == 0, done.stderr
    assert output.read_bytes().startswith(b"%PDF-")
    text = " ".join(document_text(output.read_bytes()))
    assert "MONTHLY BENCHMARK REPORT - 2026-02" in text
    assert "Nothing to compare with" not in text
    assert "The bill fell" in text


@pytest.mark.parametrize("kind", ["markdown", "json", "terminal"])
def test_the_specification_monthly_command(workspace, tmp_path, kind):
    output = tmp_path / "MONTHLY_BENCHMARK_2026-02"
    arguments = [*MONTHLY, output, "--format", kind]
    done = run_script(sys.executable, *arguments, TARS_BENCH_WORKSPACE=str(workspace))
    assert done.returncode == 0, done.stderr
    assert "MONTHLY BENCHMARK REPORT - 2026-02" in output.read_text(encoding="utf-8")


def test_the_root_script_passes_errors_on(workspace):
    done = run_script(sys.executable, "--period", "daily", TARS_BENCH_WORKSPACE=str(workspace))
    assert done.returncode == ExitCode.USAGE
    assert done.stderr.startswith("error: ")


def test_without_an_environment_the_root_script_says_make_setup(tmp_path):
    shutil.copy(PROJECT / "generate_benchmark_report.py", tmp_path)
    done = subprocess.run(
        [bare_python(), "-I", str(tmp_path / "generate_benchmark_report.py"), *WEEKLY, "x.md"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "error: tars_bench is not installed here: `make setup` installs it\n"


def test_checklist_and_comparison_through_the_command(workspace):
    checklist = tars_bench("report", "checklist", "--workspace", workspace)
    assert "VALIDATION CHECKLIST - 2026-03-08" in checklist
    assert "n = 1,260" in checklist
    spans = ("--baseline", BASELINE, "--candidate", "2026-03-02..2026-03-08")
    compared = tars_bench("compare", *spans, "--workspace", workspace, "--format", "json")
    assert json.loads(compared)["kind"] == "comparison"


def test_dates_default_to_the_last_ones_loaded(workspace):
    weekly = tars_bench("report", "weekly", "--workspace", workspace)
    assert "Period: 2026-03-02 to 2026-03-08 (7 days, all with calls)" in weekly
    monthly = tars_bench("report", "monthly", "--workspace", workspace)
    assert "MONTHLY BENCHMARK REPORT - 2026-03" in monthly
