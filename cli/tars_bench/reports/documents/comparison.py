"""Any two spans of days beside each other, in the sections of a phase report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from tars_bench.reports.documents.build import report_of
from tars_bench.reports.model import Report
from tars_bench.reports.read.phases import missing_tables_explained, read_from
from tars_bench.reports.read.records import PlanCheck
from tars_bench.reports.read.windows import Window, open_windows
from tars_bench.reports.words.windows import in_words
from tars_bench.shared.errors import UsageError

KIND: Final = "comparison"
EVENT_VALUES: Final = (
    "An event's value is the one published: what a routed call would have cost is taken from the "
    "baseline of the plan."
)


def build_comparison(
    database: Path, baseline: Window, candidate: Window, plan_check: PlanCheck | None = None
) -> Report:
    """Compare two windows of the published warehouse by the SQL of the phase tables.

    Raises:
        UsageError: The windows have days in common.
        NotReadyError: Nothing is published, or it lacks what the report reads.

    """
    if baseline.overlaps(candidate):
        raise UsageError(
            f"the windows overlap: {baseline.span} and {candidate.span}",
            "a day cannot be compared with itself; choose windows without a day in common",
        )
    with (
        missing_tables_explained(database),
        open_windows(database, baseline, candidate) as connection,
    ):
        data = read_from(connection, "phase", candidate.window_id)
    data = replace(data, kind=KIND, plan_check=plan_check)
    report = report_of(in_words(data, "the candidate", "the baseline"))
    return replace(report, notes=(*report.notes, *_notes(baseline, candidate)))


def comparison_windows(baseline: str, candidate: str) -> tuple[Window, Window]:
    """Read two windows written as `2026-02-11..2026-02-13`; one day may be written once.

    Raises:
        UsageError: One is not two dates in order.

    """
    return (
        Window("baseline", "Baseline", *_dates("--baseline", baseline)),
        Window("candidate", "Candidate", *_dates("--candidate", candidate)),
    )


def _dates(option: str, text: str) -> tuple[date, date]:
    parts = [part.strip() for part in text.split("..")]
    if len(parts) in (1, 2):
        try:
            return date.fromisoformat(parts[0]), date.fromisoformat(parts[-1])
        except ValueError:
            pass
    raise UsageError(f"{option} is no span of days: {text!r}", "write it as 2026-02-11..2026-02-13")


def _notes(baseline: Window, candidate: Window) -> Iterator[str]:
    if candidate.last_date < baseline.first_date:
        yield "The candidate lies before the baseline: a fall reads as a fall back in time."
    lengths = (baseline.day_count, candidate.day_count)
    if {length % 7 for length in lengths} != {0}:
        yield (
            f"The windows have {lengths[0]} and {lengths[1]} days, not whole weeks: weekdays and "
            "weekends may weigh differently in them."
        )
    yield EVENT_VALUES
