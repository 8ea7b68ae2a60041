"""What is missing, and what to do, where a phase or its baseline has no call to report on."""

from __future__ import annotations

from collections.abc import Iterator

from tars_bench.reports.model import Cell, Column, Row, Section, Table, Tone
from tars_bench.reports.read.records import Phase, ReportData
from tars_bench.reports.words.cells import figure, listed, text
from tars_bench.reports.words.formatting import Unit

_COLUMNS = (
    Column("phase", "Phase"),
    Column("days", "Days"),
    Column("planned", "Planned", is_numeric=True),
    Column("loaded", "Loaded", is_numeric=True),
    Column("active", "With calls", is_numeric=True),
    Column("status", "Status"),
)


def silent_phases(data: ReportData) -> list[Phase]:
    """Return those of the two periods that have no day with calls."""
    both = {one.phase_id: one for one in (data.baseline, data.phase)}
    return [one for one in both.values() if not one.active_day_count]


def missing_headline(data: ReportData) -> tuple[str, ...]:
    """Return what is missing and what is there, in one paragraph, and what to do in another."""
    silent = [f"{one.phase_name} ({_span(one)})" for one in silent_phases(data)]
    verb = "has" if len(silent) == 1 else "have"
    lack = f"{listed(silent)} {verb} no call loaded, so there is nothing to report."
    return (f"{lack} {_loaded(data)}", " ".join(_advice(data)))


def _loaded(data: ReportData) -> str:
    first, last = data.provenance.get("first_date"), data.provenance.get("last_date")
    return f"Loaded are {first} to {last}." if first else "Nothing is loaded at all."


def _advice(data: ReportData) -> Iterator[str]:
    if not data.provenance.get("first_date"):
        yield "`tars-bench run` loads what the sources in tars-bench.toml hold."
        return
    if data.is_planned:
        yield (
            "If these are not the days you mean, write yours into seeds/phases.csv of the "
            "workspace and start `tars-bench run`."
        )
    if data.baseline.active_day_count and not data.is_baseline:
        yield "`tars-bench report baseline` shows the baseline alone."
    yield "`tars-bench compare` sets any two spans of loaded days side by side."


def missing_section(data: ReportData) -> Section:
    """Return which days of the plan are loaded."""
    phases = data.phases if data.is_planned else ()
    rows = tuple(_row(one) for one in phases or (data.baseline, data.phase))
    return Section("missing", "WHAT IS MISSING", (Table(_COLUMNS, rows),))


def _row(phase: Phase) -> Row:
    lacking = phase.planned_day_count - phase.active_day_count
    status = Cell(f"{lacking} days without calls ❔", tone=Tone.CAUTION)
    cells = (
        text(phase.phase_name),
        text(_span(phase)),
        figure(phase.planned_day_count, Unit.COUNT),
        figure(phase.day_count, Unit.COUNT),
        figure(phase.active_day_count, Unit.COUNT),
        status if lacking else text("complete"),
    )
    return Row(phase.phase_id, cells)


def _span(phase: Phase) -> str:
    return f"{phase.start_date.isoformat()} to {phase.end_date.isoformat()}"
