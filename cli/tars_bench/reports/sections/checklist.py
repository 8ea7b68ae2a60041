"""The checklist section: what was measured, what was asked for, and the status in a word."""

from collections.abc import Sequence

from tars_bench.reports.model import Cell, Column, Row, Section, Table, number
from tars_bench.reports.read.records import Record, ReportData
from tars_bench.reports.words import statuses
from tars_bench.reports.words.cells import text, unit_of
from tars_bench.reports.words.formatting import Unit, digits_to_tell_apart, format_limit

TITLES = {"checklist": "Validation checklist", "success_criterion": "Success criteria"}
_COLUMNS = (
    Column("line", "Line"),
    Column("measured", "Measured"),
    Column("asked", "Asked for"),
    Column("interval", "95% interval", is_numeric=True),
    Column("samples", "n", is_numeric=True, is_detail=True),
    Column("status", "Status"),
)
_FLAGS = {1.0: "yes", 0.0: "no"}
_SHORT_LINE = 3


def checklist_section(data: ReportData) -> Section | None:
    """Return the lines that concern the report: all of them in the final one; None for none."""
    lines = [one for one in data.checklist if _concerns(data, one)]
    tables = tuple(_table(data, kind, lines) for kind in TITLES if _of_kind(lines, kind))
    if not tables:
        return None
    return Section("checklist", "CHECKLIST", tables, (_summary(lines),), is_proof=True)


def _concerns(data: ReportData, line: Record) -> bool:
    return data.kind == "final" or line["phase_id"] == data.phase.phase_id


def _of_kind(lines: Sequence[Record], kind: str) -> list[Record]:
    return sorted((one for one in lines if one["kind"] == kind), key=lambda one: one["line_order"])


def _summary(lines: Sequence[Record]) -> str:
    passed = sum(one["status"] == "pass" for one in lines)
    return f"{passed} of {len(lines)} lines pass. Statuses are decided on unrounded values."


def _table(data: ReportData, kind: str, lines: Sequence[Record]) -> Table:
    rows: list[Row] = []
    for line in _of_kind(lines, kind):
        conditions = [one for one in data.conditions if one["line_id"] == line["line_id"]]
        rows.extend(_line_rows(line, conditions))
    return Table(_COLUMNS, tuple(rows), TITLES[kind])


def _line_rows(line: Record, conditions: Sequence[Record]) -> list[Row]:
    title = text(f"{line['line_order']}. {line['line_text']}")
    if len(conditions) < 2:
        return [Row(line["line_id"], (title, *_figures(line)))]
    met = sum(one["status"] == "pass" for one in conditions)
    counted = text(f"{met} of {len(conditions)} conditions met")
    below = Cell(None, missing="see below")
    cells = (title, counted, text("all of them"), below, below, status_cell(line))
    head = Row(line["line_id"], cells)
    return [head, *(_condition_row(one) for one in _worth_showing(conditions))]


def _worth_showing(conditions: Sequence[Record]) -> list[Record]:
    """All conditions of a short line; of a long one, those that are not met."""
    if len(conditions) <= _SHORT_LINE:
        return list(conditions)
    return [one for one in conditions if one["status"] != "pass"]


def _condition_row(one: Record) -> Row:
    cells = (text(f"· {one['condition_text']}"), *_figures(one))
    return Row(f"{one['line_id']}:{one['condition_order']}", cells)


def _figures(one: Record) -> tuple[Cell, ...]:
    samples = Cell(number(one.get("sample_count")), Unit.COUNT, missing="exact")
    return (measured(one), asked(one), interval_cell(one), samples, status_cell(one))


def interval_cell(one: Record) -> Cell:
    """Return the 95 % interval of the observed value; none for what is counted exactly."""
    low, high = number(one.get("interval_low")), number(one.get("interval_high"))
    if low is None or high is None:
        return Cell(None, missing="none")
    return Cell(low, unit_of("", one["unit"]), high=high)


def measured(one: Record) -> Cell:
    """Return the observed value with the decimals that tell it from the thresholds."""
    unit, value = unit_of("", one["unit"]), number(one["observed_value"])
    if value is None:
        return Cell(None, unit, missing=one.get("missing_reason") or one["detail"])
    if one["unit"] == "flag":
        return text(_FLAGS.get(float(value), str(value)))
    wanted = [digits_to_tell_apart(value, limit, unit) for limit in _limits(one)]
    digits = max((count for count in wanted if count is not None), default=None)
    return Cell(value, unit, digits=digits)


def _limits(one: Record) -> list[float]:
    return [limit for limit in (one["min_threshold"], one["max_threshold"]) if limit is not None]


def asked(one: Record) -> Cell:
    """Return the threshold as people state it: "≥ 24%"."""
    unit = unit_of("", one["unit"])
    if one["unit"] == "flag":
        return text("yes")
    low, high = one["min_threshold"], one["max_threshold"]
    parts = []
    if low is not None:
        parts.append(f"{'≥' if one['min_inclusive'] else '>'} {format_limit(low, unit)}")
    if high is not None:
        parts.append(f"{'≤' if one['max_inclusive'] else '<'} {format_limit(high, unit)}")
    return text(" and ".join(parts) or "no threshold")


def status_cell(one: Record) -> Cell:
    """Return the status in a word or two, then its tick."""
    days = one.get("days_needed")
    more = f", about {days:,} more day{'' if days == 1 else 's'}" if days else ""
    return statuses.status_cell(one["status"], more, str(one["verdict"]))
