"""The first screen: what to know before any figure, three answers, money, checklist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tars_bench.reports.model import Answer, Cell, Column, Row, Section, Table, number
from tars_bench.reports.read.records import Record, ReportData
from tars_bench.reports.sections.checklist import measured
from tars_bench.reports.sections.impact import against_budget
from tars_bench.reports.words.answers import bill_answer, quality_answer, unit_cost_answer
from tars_bench.reports.words.cells import figure, text
from tars_bench.reports.words.formatting import Unit
from tars_bench.reports.words.hygiene import sentence_of
from tars_bench.reports.words.statuses import status_cell

_NO_BUDGET: Final = "none is set"
_CUT_OFF: Final = "last_day_cut_off"
_CERTAIN: Final = frozenset({"pass", "fail"})


def warnings(data: ReportData) -> Iterator[str]:
    """Yield the serious checks of the comparison itself: they are read before any figure."""
    for one in data.proof.hygiene if data.proof else ():
        if one["status"] == "serious":
            yield f"Before any figure: {sentence_of(one)}"


def answers(data: ReportData) -> Iterator[Answer]:
    """Yield the three answers, each in its own words."""
    if data.proof is None:
        return
    checks = {one["metric_id"]: one for one in data.proof.quality}
    month = next((one["monthly_savings_usd"] for one in data.financial), None)
    for found in data.proof.answers:
        if found["question_id"] == "unit_cost":
            yield unit_cost_answer(found)
        elif found["question_id"] == "bill":
            yield bill_answer(found, month)
        else:
            yield quality_answer(found, checks)


def opening(data: ReportData) -> tuple[Section, ...]:
    """Return the tables of the first screen."""
    found = (_money(data), _checklist(data))
    return tuple(section for section in found if section)


def _money(data: ReportData) -> Section | None:
    """Return dollars a day, month and year, before and after, beside the budget."""
    bill = next((one for one in _answers(data) if one["question_id"] == "bill"), None)
    month = next(iter(data.financial), None)
    if bill is None or month is None:
        return None
    columns = (
        Column("span", "Cost of"),
        Column("baseline", data.baseline.phase_name, is_numeric=True),
        Column("phase", data.phase.phase_name, is_numeric=True),
        Column("saved", "Saved", is_numeric=True),
        Column("interval", "95% interval", is_numeric=True),
        Column("budget", "Budget", is_numeric=True, is_detail=True),
        Column("against", "Against the budget"),
    )
    kept = len(columns) if month["monthly_budget_usd"] is not None else len(columns) - 2
    rows = [replace(row, cells=row.cells[:kept]) for row in _money_rows(bill, month)]
    return Section("money", "MONEY", (Table(columns[:kept], tuple(rows)),), tuple(_pace(bill)))


def _pace(bill: Record) -> Iterator[str]:
    if bill["reason_code"] == _CUT_OFF:
        yield "Of the whole days: with the last one cut off a month and a year would be too low."
    elif bill["is_pace_only"]:
        days = f"{bill['baseline_day_count']:,} and {bill['phase_day_count']:,} days"
        yield f"Month and year: the pace of {days}. A forecast takes a year of days."


def _answers(data: ReportData) -> Sequence[Record]:
    return data.proof.answers if data.proof else ()


def _money_rows(bill: Record, month: Record) -> Iterator[Row]:
    change = number(bill["usd_per_day_change"])
    saved = None if change is None else -change
    day = (bill["baseline_value"], bill["phase_value"], saved, month["daily_budget_usd"])
    yield _money_row("day", "a day", day, bill, month)
    if bill["reason_code"] == _CUT_OFF:
        return
    for span, key in (("month", "monthly"), ("year", "annual")):
        figures = (
            *(month[f"{side}_{key}_usd"] for side in ("baseline", "phase")),
            month[f"{key}_savings_usd"],
            month[f"{key}_budget_usd"],
        )
        yield _money_row(span, f"a {span}", figures, bill, month)


def _money_row(
    span: str, label: str, figures: Sequence[object], bill: Record, month: Record
) -> Row:
    before, after, saved, budget = figures
    cells = (
        text(label),
        figure(before, Unit.USD, "not known"),
        figure(after, Unit.USD, "not known"),
        figure(saved, Unit.USD, "not known"),
        _saved_interval(bill, span),
        figure(budget, Unit.USD, _NO_BUDGET),
        against_budget(month["phase_vs_budget_usd"], _NO_BUDGET) if span == "month" else text("–"),
    )
    return Row(f"money:{span}", cells)


def _saved_interval(bill: Record, span: str) -> Cell:
    """Return the interval of what is saved: that of the change, turned around."""
    low, high = (number(bill[f"usd_per_{span}_change_{end}"]) for end in ("low", "high"))
    if low is None or high is None:
        return Cell(None, missing="none")
    return Cell(-high, Unit.USD_WHOLE if span != "day" else Unit.USD, high=-low)


def _checklist(data: ReportData) -> Section | None:
    """Return each line of the checklist as met or missed, and whether that is certain."""
    concerned = [
        one
        for one in data.checklist
        if data.kind == "final" or one["phase_id"] == data.phase.phase_id
    ]
    lines = [one for one in concerned if one["kind"] == "checklist"]
    if not lines:
        return None
    columns = (
        Column("line", "Checklist"),
        Column("measured", "Measured", is_numeric=True),
        Column("met", "Met?"),
        Column("certain", "Certain?"),
    )
    rows = tuple(_line_row(data, one) for one in sorted(lines, key=lambda one: one["line_order"]))
    table = Table(columns, rows, _counted(data, concerned))
    return Section("checklist_in_brief", "CHECKLIST IN BRIEF", (table,))


def _counted(data: ReportData, lines: Sequence[Record]) -> str:
    parts = []
    for kind, name in (("checklist", "Checklist"), ("success_criterion", "success criteria")):
        mine = [one for one in lines if one["kind"] == kind]
        if mine:
            met = [one for one in mine if _is_met(data, one)]
            certain = sum(one["status"] == "pass" for one in met)
            parts.append(f"{name}: {len(met)} of {len(mine)} met ({certain} certain)")
    return "; ".join(parts)


def _line_row(data: ReportData, line: Record) -> Row:
    title = text(f"{line['line_order']}. {line['line_text']}")
    return Row(
        f"brief:{line['line_id']}",
        (title, _measured(data, line), _met_cell(data, line), _certain_cell(line)),
    )


def _measured(data: ReportData, line: Record) -> Cell:
    mine = _conditions(data, line)
    if len(mine) < 2:
        shown = measured(line)
        return shown if shown.value is not None else Cell(None, missing="nothing")
    return text(f"{sum(_is_within(one) for one in mine)} of {len(mine)}")


def _conditions(data: ReportData, line: Record) -> list[Record]:
    return [one for one in data.conditions if one["line_id"] == line["line_id"]]


def _is_met(data: ReportData, line: Record) -> bool:
    mine = _conditions(data, line)
    return all(map(_is_within, mine)) if len(mine) > 1 else _is_within(line)


def _is_within(one: Record) -> bool:
    """Return whether the measured value is one that was asked for, whatever its interval says."""
    return one.get("position") == "within"


def _met_cell(data: ReportData, line: Record) -> Cell:
    if line["status"] == "error":
        return status_cell("not checked")
    if line["status"] == "not_applicable":
        return status_cell("no data")
    return status_cell("met" if _is_met(data, line) else "missed")


def _certain_cell(line: Record) -> Cell:
    return text("certain" if line["status"] in _CERTAIN else "not yet")
