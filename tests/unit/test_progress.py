"""Where the plan stands, told from any day."""

from datetime import date

import pytest

from fixtures.dashboard_figures import progress
from tars_bench.reports.documents.progress import progress_of


def states(report):
    return {
        row.row_id: row.cells[4].text
        for section in report.sections
        if section.section_id.startswith("week")
        for table in section.tables
        for row in table.rows
    }


def test_weeks_are_those_of_the_specification():
    report = progress_of(progress())
    assert [section.title for section in report.sections][:4] == [
        "WEEK 1 (2026-02-11 to 2026-02-16)",
        "WEEK 2 (2026-02-17 to 2026-02-23)",
        "WEEK 3 (2026-02-24 to 2026-03-01)",
        "WEEK 4 (2026-03-02 to 2026-03-08) - this week",
    ]
    assert set(states(report).values()) == {"measured ✅"}


def test_a_phase_under_way_says_how_many_days_it_needs():
    found = states(progress_of(progress(loaded_until=date(2026, 2, 20))))
    assert found == {
        "baseline": "measured ✅",
        "phase_1": "measured ✅",
        "phase_2": "under way ❔ needs 3 more days",
        "phase_3_rollout": "not begun ❔ begins 2026-02-24",
        "phase_3": "not begun ❔ begins 2026-03-02",
    }


def test_a_day_that_should_be_there_is_named():
    data = progress(loaded_until=date(2026, 2, 16), gaps=[date(2026, 2, 15)])
    found = states(progress_of(data, date(2026, 2, 18)))
    assert found["phase_1"] == "incomplete ⚠️ needs 1 more day (not loaded: 2026-02-15)"
    assert found["phase_2"] == (
        "incomplete ⚠️ needs 7 more days (not loaded: 2026-02-17, 2026-02-18)"
    )


def test_days_after_the_day_looked_from_count_as_not_there():
    report = progress_of(progress(), date(2026, 2, 12))
    assert states(report)["baseline"] == "under way ❔ needs 1 more day"
    assert report.headline == (
        "Week 1, day 2: Baseline.",
        "2 of the plan's 26 days are loaded; it needs 24 more.",
    )


def test_a_day_without_calls_is_named():
    found = states(progress_of(progress(silent=[date(2026, 2, 12)])))
    assert found["baseline"] == "measured ✅, 1 day of it without API calls"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 10), "The plan has not begun; it begins in 1 day."),
        (date(2026, 2, 11), "Week 1, day 1: Baseline."),
        (date(2026, 2, 16), "Week 1, day 6: Phase 1."),
        (date(2026, 2, 17), "Week 2, day 1: Phase 2."),
        (date(2026, 3, 8), "Week 4, day 7: Phase 3."),
        (date(2026, 3, 10), "The plan ended 2 days ago."),
    ],
)
def test_where_a_day_lies(day, words):
    assert progress_of(progress(), day).headline[0] == words


def test_metrics_are_missing_only_where_a_phase_has_data():
    report = progress_of(progress(loaded_until=date(2026, 2, 20)))
    rows = report.sections[-1].tables[0].rows
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["Baseline", "User Satisfaction and Quality Score", "no feedback was logged"]
    ]


def test_nothing_loaded_is_said():
    report = progress_of(progress(loaded_until=None))
    assert report.subtitle[1] == "Nothing is loaded yet"
    assert report.sections[-1].notes == ("No phase has data yet.",)
    assert states(report)["phase_1"] == "not begun ❔ begins 2026-02-14"
