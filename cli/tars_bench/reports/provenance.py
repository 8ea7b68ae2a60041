"""Where a report's figures come from, and what the reader must know to trust them."""

from collections.abc import Iterator

from tars_bench.reports.formatting import Unit
from tars_bench.reports.model import Cell, Column, Row, Section, Table
from tars_bench.reports.records import Phase, ReportData
from tars_bench.reports.words import text

_COLUMNS = (Column("fact", "Fact"), Column("value", "Value"))
_LABELS = {
    "first_date": ("First day loaded", Unit.DATE),
    "last_date": ("Last day loaded", Unit.DATE),
}


def provenance_section(data: ReportData) -> Section:
    """Return the facts about the warehouse the report was read from."""
    rows = [Row("x", (text("x"), text("y")))]
    if data.released_at:
        rows.append(Row("released_at", (text("Published"), Cell(data.released_at, Unit.TIMESTAMP))))
    return Section("provenance", "PROVENANCE", (Table(_COLUMNS, tuple(rows)),))


def notes(data: ReportData) -> Iterator[str]:
    """Yield what limits the figures: days not loaded, a fallback, prices that are missing."""
    for phase in dict.fromkeys((data.baseline, data.phase)):
        yield from _coverage_notes(phase)
    if data.phase.is_final_by_fallback and data.kind == "final":
        yield f"The plan marks no phase as final; {data.phase.phase_name} is its last one."


def _coverage_notes(phase: Phase) -> Iterator[str]:
    if phase.day_count < phase.planned_day_count:
        missing = phase.planned_day_count - phase.day_count
        yield f"{phase.phase_name}: needs {missing} more days of data to be complete."
    silent = phase.day_count - phase.active_day_count
    if silent > 0:
        yield f"{phase.phase_name}: {silent} of {phase.day_count} loaded days had no calls."
