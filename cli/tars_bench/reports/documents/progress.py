"""The weekly measurement cycle: where the plan stands, what is measured, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from tars_bench.reports.model import Cell, Column, Period, Report, Row, Section, Table, Tone
from tars_bench.reports.read.dashboard import ProgressData, read_progress
from tars_bench.reports.read.records import Record
from tars_bench.reports.sections.provenance import provenance_section
from tars_bench.reports.words.cells import listed, text
from tars_bench.reports.words.formatting import Unit, format_limit
from tars_bench.shared.errors import NotReadyError

_COLUMNS = (
    Column("days", "Days"),
    Column("phase", "Phase"),
    Column("measures", "What the plan has"),
    Column("loaded", "Days loaded", is_numeric=True),
    Column("state", "State"),
)
_NAMED_DAYS = 3


def build_progress(database: Path, as_of: date | None = None) -> Report:
    """Read a published file and return how far measuring has come.

    Args:
        database: The file.
        as_of: The day to look from; the last loaded one if None. Later days count as not there.

    Raises:
        NotReadyError: Nothing is published, or the plan has no phase.
    """
    return progress_of(read_progress(database), as_of)


def progress_of(data: ProgressData, as_of: date | None = None) -> Report:
    """Arrange what was read."""
    if not data.days:
        raise NotReadyError("the plan has no phase", "see the workspace's seeds/phases.csv")
    day = as_of or data.provenance.get("last_date") or data.days[0]["planned_date"]
    first, last = data.days[0]["planned_date"], data.days[-1]["planned_date"]
    weeks = [
        _week(data, list(days), day)
        for _, days in groupby(data.days, key=lambda one: one["week_number"])
    ]
    return Report(
        kind="progress",
        title="PROGRESS - WEEKLY MEASUREMENT CYCLE",
        subtitle=tuple(_subtitle(data, day, is_given=as_of is not None)),
        period=Period("plan", "The plan", first, last),
        baseline=None,
        verdict=None,
        headline=(_position(data, day), _counted(data, day)),
        sections=(*weeks, _missing(data, day)),
        notes=(),
        provenance=provenance_section(data),
    )


def _subtitle(data: ProgressData, day: date, *, is_given: bool) -> Iterator[str]:
    first, last = data.days[0]["planned_date"], data.days[-1]["planned_date"]
    yield f"Plan: {first} to {last}, {len(data.days)} days"
    if data.provenance.get("last_date") is None:
        yield "Nothing is loaded yet"
    else:
        yield f"As of: {day}" + ("" if is_given else " (the last loaded day)")


def _position(data: ProgressData, day: date) -> str:
    today = next((one for one in data.days if one["planned_date"] == day), None)
    if today is not None:
        name = _phase(data, today["phase_id"])["phase_name"]
        return f"Week {today['week_number']}, day {today['week_day_number']}: {name}."
    if day < data.days[0]["planned_date"]:
        days = (data.days[0]["planned_date"] - day).days
        return f"The plan has not begun; it begins in {_days(days)}."
    if day > data.days[-1]["planned_date"]:
        days = (day - data.days[-1]["planned_date"]).days
        return f"The plan ended {_days(days)} ago."
    return "This day belongs to no phase of the plan."


def _counted(data: ProgressData, day: date) -> str:
    loaded = sum(_is_there(one, day) for one in data.days)
    rest = len(data.days) - loaded
    need = f"; it needs {rest} more" if rest else ""
    return f"{loaded} of the plan's {_days(len(data.days))} are loaded{need}."


def _week(data: ProgressData, days: list[Record], day: date) -> Section:
    first, last = days[0]["planned_date"], days[-1]["planned_date"]
    rows = tuple(
        _part_row(data, list(part), day)
        for _, part in groupby(days, key=lambda one: one["phase_id"])
    )
    week_number = days[0]["week_number"]
    here = " - this week" if first <= day <= last else ""
    title = f"WEEK {week_number} ({first} to {last}){here}"
    return Section(f"week_{week_number}", title, (Table(_COLUMNS, rows),))


def _part_row(data: ProgressData, part: list[Record], day: date) -> Row:
    phase = _phase(data, part[0]["phase_id"])
    first, last = part[0]["week_day_number"], part[-1]["week_day_number"]
    span = f"Day {first}" if first == last else f"Days {first}-{last}"
    loaded = sum(_is_there(one, day) for one in part)
    return Row(
        phase["phase_id"],
        (
            text(span),
            text(phase["phase_name"]),
            text(_activity(phase, is_begun=part[0]["planned_date"] == phase["start_date"])),
            text(f"{loaded} of {len(part)}"),
            _state(part, day),
        ),
    )


def _activity(phase: Record, *, is_begun: bool) -> str:
    """Return what the plan does in a part of a week, in the specification's words."""
    if phase["is_baseline"]:
        return "Establish the baseline (no optimizations)"
    if not is_begun:
        return f"Continue {phase['phase_name']}"
    steps = []
    if phase["new_strategy_names"]:
        steps.append(f"begin {' + '.join(phase['new_strategy_names'].split(', '))}")
    elif phase["has_every_strategy"]:
        steps.append("all optimizations active")
    steps.append("measure final performance" if phase["is_reported_final"] else "measure results")
    if phase["target_reduction_ratio"] is not None:
        steps.append(f"validate a reduction of {_target(phase)}")
    sentence = ", ".join(steps)
    return sentence[0].upper() + sentence[1:]


def _target(phase: Record) -> str:
    least = format_limit(phase["target_reduction_ratio"], Unit.RATIO)
    most = phase["target_reduction_max_ratio"]
    return f"{least} to {format_limit(most, Unit.RATIO)}" if most else f"at least {least}"


def _state(part: list[Record], day: date) -> Cell:
    """Say whether a part of a week is measured, and what it needs otherwise."""
    absent = [one["planned_date"] for one in part if not _is_there(one, day)]
    silent = [one for one in part if one["is_loaded"] and not one["is_active"]]
    if part[0]["planned_date"] > day:
        return Cell(f"not begun ❔ begins {part[0]['planned_date']}")
    if not absent:
        note = f", {_days(len(silent))} of it without API calls" if silent else ""
        return Cell(f"measured ✅{note}", tone=Tone.GOOD)
    return _unmeasured(absent, day)


def _unmeasured(absent: list[date], day: date) -> Cell:
    need = f"needs {len(absent)} more day{'' if len(absent) == 1 else 's'}"
    overdue = [one for one in absent if one <= day]
    if overdue:
        return Cell(f"incomplete ⚠️ {need} (not loaded: {_named(overdue)})", tone=Tone.CAUTION)
    return Cell(f"under way ❔ {need}", tone=Tone.CAUTION)


def _named(days: list[date]) -> str:
    shown = ", ".join(day.isoformat() for day in days[:_NAMED_DAYS])
    more = len(days) - _NAMED_DAYS
    return f"{shown} and {more} more" if more > 0 else shown


def _missing(data: ProgressData, day: date) -> Section:
    """List the metrics that a phase with data could not measure, cause by cause."""
    columns = (
        Column("phase", "Phase"),
        Column("metrics", "Not measurable"),
        Column("cause", "Because"),
    )
    begun = {
        phase["phase_id"]: phase["phase_name"]
        for phase in data.phases
        if phase["start_date"] <= day and _has_data(data, phase["phase_id"])
    }
    causes: dict[tuple[str, str], list[str]] = {}
    for one in data.unmeasured:
        if one["phase_id"] in begun:
            key = (one["phase_id"], one["missing_cause"])
            causes.setdefault(key, []).append(one["metric_name"])
    rows = tuple(
        Row(f"{phase_id}_{place}", (text(begun[phase_id]), text(listed(names)), text(cause)))
        for place, ((phase_id, cause), names) in enumerate(
            sorted(causes.items(), key=lambda item: list(begun).index(item[0][0])), start=1
        )
    )
    if not rows:
        note = "Every metric is measured in every phase that has data."
        if not begun:
            note = "No phase has data yet."
        return Section("missing", "STILL MISSING", (), (note,))
    return Section("missing", "STILL MISSING", (Table(columns, rows),))


def _has_data(data: ProgressData, phase_id: str) -> bool:
    return any(one["is_loaded"] for one in data.days if one["phase_id"] == phase_id)


def _phase(data: ProgressData, phase_id: str) -> Record:
    return next(one for one in data.phases if one["phase_id"] == phase_id)


def _is_there(one: Record, day: date) -> bool:
    return bool(one["is_loaded"]) and one["planned_date"] < day + timedelta(days=1)


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
