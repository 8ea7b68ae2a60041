"""The checklist as a report of its own: every line and condition of the latest validation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.reports.model import (
    Cell,
    Column,
    Period,
    Report,
    Row,
    Section,
    Table,
    Tone,
    Verdict,
)
from tars_bench.reports.read.phases import (
    PROVENANCE,
    missing_tables_explained,
    read_phases,
    records,
    released_at,
)
from tars_bench.reports.read.records import Phase, Record
from tars_bench.reports.sections.checklist import TITLES, asked, measured, status_cell
from tars_bench.reports.sections.provenance import provenance_section
from tars_bench.reports.words.cells import figure, text
from tars_bench.reports.words.formatting import Unit, format_value
from tars_bench.shared.errors import NotReadyError
from tars_bench.warehouse.files import has_table, open_reader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KIND: Final = "checklist"
_COLUMNS = (
    Column("line", "Line"),
    Column("measured", "Measured"),
    Column("asked", "Asked for"),
    Column("samples", "n", is_numeric=True),
    Column("status", "Status"),
)
_SENTENCES = (Column("line", "Line"), Column("sentence", "What was found"))
_WORDS = {
    "fail": "fail",
    "inconclusive": "are inconclusive",
    "not_applicable": "are not measurable",
    "error": "could not be checked",
}


_NAMED = ("fail", "error")
_MEANING = {
    "inconclusive": ": their interval lies on both sides of what is asked, or rests on too little",
    "not_applicable": ": what they ask for was not logged, or its days are not there yet",
}


@dataclass(frozen=True, slots=True)
class ChecklistData:
    """The latest validation, and what it was about."""

    phases: tuple[Phase, ...]
    lines: tuple[Record, ...]
    conditions: tuple[Record, ...]
    run: Record
    provenance: Record
    released_at: datetime | None


def build_checklist_report(database: Path) -> Report:
    """Report each line with its value, threshold, samples, status and sentence.

    Raises:
        NotReadyError: Nothing is published, or it was never validated.

    """
    with missing_tables_explained(database), open_reader(database) as connection:
        return report_of(_read(connection, database))


def report_of(data: ChecklistData) -> Report:
    """Arrange what was read into a report."""
    return Report(
        kind=KIND,
        title=f"VALIDATION CHECKLIST - {_last_date(data)}",
        subtitle=tuple(_subtitle(data)),
        period=_period(data.phases),
        baseline=None,
        verdict=_verdict(data.lines),
        headline=tuple(_headline(data.lines)),
        sections=tuple(_sections(data)),
        notes=tuple(_notes(data)),
        provenance=provenance_section(data),
    )


def _read(connection: DuckDBPyConnection, database: Path) -> ChecklistData:
    if not has_table(connection, "validation", "checklist_results"):
        raise NotReadyError(f"{database} was never validated", "`tars-bench run` does it")
    lines = records(connection, _LINES)
    phases = read_phases(connection)
    if not lines or not phases:
        raise NotReadyError("the plan has no phase, or its checklist no line", "see its seeds")
    runs = records(connection, _RUNS)
    return ChecklistData(
        phases=tuple(phases),
        lines=lines,
        conditions=records(connection, _CONDITIONS),
        run=runs[0],
        provenance=next(iter(records(connection, PROVENANCE)), {}),
        released_at=released_at(connection),
    )


def _last_date(data: ChecklistData) -> str:
    """Return the day of the latest data: the checklist says how things stood then."""
    return str(data.provenance.get("last_date") or "no data")


def _period(phases: Sequence[Phase]) -> Period:
    first = min(phase.start_date for phase in phases)
    return Period("plan", "The plan", first, max(phase.end_date for phase in phases))


def _subtitle(data: ChecklistData) -> Iterator[str]:
    plan = _period(data.phases)
    yield f"Plan: {plan.first_date.isoformat()} to {plan.last_date.isoformat()}"
    first, last = data.provenance.get("first_date"), data.provenance.get("last_date")
    yield f"Data: {first} to {last}" if first else "Data: none loaded"
    yield f"Validated: {format_value(data.run['validated_at'], Unit.TIMESTAMP)}"


def _verdict(lines: Sequence[Record]) -> Verdict:
    counts = Counter(one["status"] for one in lines)
    sentence = f"{counts['pass']} of {len(lines)} lines pass."
    if counts["fail"] or counts["error"]:
        return Verdict("Not all asked for is reached ❌", Tone.BAD, sentence)
    if counts["pass"] < len(lines):
        return Verdict("Nothing fails, not all is decided ⚠️", Tone.CAUTION, sentence)
    return Verdict("All lines pass ✅", Tone.GOOD, sentence)


def _headline(lines: Sequence[Record]) -> Iterator[str]:
    for status, words in _WORDS.items():
        named = [str(one["line_text"]).rstrip(".") for one in lines if one["status"] == status]
        if named:
            verb = words if len(named) > 1 or words.startswith("could") else _singular(words)
            rest = f": {'; '.join(named)}" if status in _NAMED else _MEANING.get(status, "")
            yield f"{len(named)} {verb}{rest}."
    yield "Statuses are decided on unrounded values."


def _singular(words: str) -> str:
    return {"fail": "fails"}.get(words, words.replace("are ", "is "))


def _sections(data: ChecklistData) -> Iterator[Section]:
    for kind, title in TITLES.items():
        lines = [one for one in data.lines if one["kind"] == kind]
        if lines:
            rows = tuple(row for line in lines for row in _rows(line, data.conditions))
            sentences = tuple(_sentence_row(line) for line in lines)
            tables = (Table(_COLUMNS, rows), Table(_SENTENCES, sentences, "In words"))
            yield Section(kind, title.upper(), tables)


def _rows(line: Record, conditions: Sequence[Record]) -> Iterator[Row]:
    mine = [one for one in conditions if one["line_id"] == line["line_id"]]
    title = text(f"{line['line_order']}. {line['line_text']}")
    if len(mine) < 2:
        yield Row(line["line_id"], (title, measured(line), asked(line), *_rest(line)))
        return
    met = sum(one["status"] == "pass" for one in mine)
    counted = text(f"{met} of {len(mine)} conditions met")
    below = figure(None, Unit.COUNT, "below")
    yield Row(line["line_id"], (title, counted, text("all of them"), below, status_cell(line)))
    for one in mine:
        name = text(f"· {one['condition_text']}")
        key = f"{one['line_id']}:{one['condition_order']}"
        yield Row(key, (name, measured(one), asked(one), *_rest(one)))


def _rest(one: Record) -> tuple[Cell, Cell]:
    none = "does not apply" if one["unit"] == "flag" else "not counted"
    return figure(one["sample_count"], Unit.COUNT, none), status_cell(one)


def _sentence_row(line: Record) -> Row:
    title = text(f"{line['line_order']}. {line['line_text']}")
    return Row(line["line_id"], (title, text(line["detail"] or "nothing was said")))


def _notes(data: ChecklistData) -> Iterator[str]:
    if data.run["is_of_an_earlier_build"]:
        yield "The tables were built anew since this validation: `tars-bench run` validates them."
    unready = [phase for phase in data.phases if phase.day_count < phase.planned_day_count]
    for phase in unready:
        missing = phase.planned_day_count - phase.day_count
        yield f"{phase.phase_name}: needs {missing} more days of data to be complete."


_LINES: Final = """
    select
        line_id,
        kind,
        line_order,
        line_text,
        status,
        verdict,
        observed_value,
        min_threshold,
        min_inclusive,
        max_threshold,
        max_inclusive,
        unit,
        sample_count,
        detail
    from validation.checklist_results
    order by line_order, line_id
"""
_CONDITIONS: Final = """
    select
        line_id,
        condition_order,
        condition_text,
        status,
        verdict,
        observed_value,
        min_threshold,
        min_inclusive,
        max_threshold,
        max_inclusive,
        unit,
        sample_count,
        missing_reason,
        detail
    from validation.checklist_conditions
    order by line_id, condition_order
"""
_RUNS: Final = """
    select
        runs.validated_at,
        runs.build_id is distinct from release.build_invocation_id as is_of_an_earlier_build
    from validation.runs
    left join meta.release on true
    order by runs.validated_at desc
    limit 1
"""
