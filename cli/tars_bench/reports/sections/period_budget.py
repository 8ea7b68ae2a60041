"""The month and its budget as a period's last day left them: spent, projected, left."""

from __future__ import annotations

from collections.abc import Iterator

from tars_bench.reports.model import Cell, Column, Row, Section, Table, Tone, number
from tars_bench.reports.read.periods import PeriodData
from tars_bench.reports.read.records import Record
from tars_bench.reports.words.cells import figure, text, written
from tars_bench.reports.words.formatting import Unit

_NO_COST = "no cost known"


def month_name(data: PeriodData) -> str:
    """Return the month of the period's last day as `2026-02`."""
    return f"{data.window.last_date:%Y-%m}"


def budget_section(data: PeriodData) -> Section:
    """Return what the month cost so far, what it is heading for, and what is left."""
    columns = (
        Column("line", f"Month {month_name(data)}"),
        Column("amount", "Amount", is_numeric=True),
        Column("interval", "95% interval", is_numeric=True),
        Column("budget", "Against the budget"),
    )
    notes = tuple(_budget_notes(data.month))
    rows = tuple(_rows(data.month)) if data.month else ()
    tables = (Table(columns, rows),) if rows else ()
    return Section("monthly_budget", "MONTHLY BUDGET", tables, notes)


def _rows(month: Record) -> Iterator[Row]:
    budget = number(month["monthly_budget_usd"])
    if budget is not None:
        yield _row("budget", "Monthly budget", budget)
    spent, projected = month["month_cost_usd"], month["month_projected_usd"]
    is_over = not month["month_days_left"]
    against = _against(month, "spent_over_budget_usd", "")
    yield _row("spent", f"Spent to {month['last_date'].isoformat()}", spent, against)
    yield _row("per_day", "Per calendar day so far", month["month_usd_per_day"])
    against = _against(month, "projected_over_budget_usd", "" if is_over else "would be ")
    label = "The whole month" if is_over else "The month at this pace"
    interval = None if is_over else _interval(month)
    yield _row("projected", label, projected, against, interval)
    if budget is not None and number(spent) is not None:
        yield _row("left", "Left of the budget", month["budget_left_usd"])
        if not is_over:
            yield _row("left_per_day", "Left per day to come", month["budget_left_per_day_usd"])


def _row(
    key: str,
    label: str,
    amount: object,
    against: Cell | None = None,
    interval: Cell | None = None,
) -> Row:
    nothing = text("does not apply")
    return Row(
        key,
        (
            text(label),
            figure(amount, Unit.USD, _NO_COST),
            interval or text("–"),
            against or nothing,
        ),
    )


def _interval(month: Record) -> Cell:
    low, high = (number(month[f"month_projected_usd_{end}"]) for end in ("low", "high"))
    if low is None or high is None:
        return Cell(None, missing="too few days")
    return Cell(low, Unit.USD, high=high)


def _against(month: Record, key: str, prefix: str) -> Cell:
    if number(month["monthly_budget_usd"]) is None:
        return Cell(None, missing="no budget is set")
    gap = number(month[key])
    if gap is None:
        return Cell(None, missing=_NO_COST)
    amount = written(abs(gap), Unit.USD)
    if gap > 0:
        return Cell(f"{prefix}OVER by {amount} ❌", tone=Tone.BAD)
    return Cell(f"{prefix}UNDER by {amount} ✅", tone=Tone.GOOD)


def _budget_notes(month: Record) -> Iterator[str]:
    if not month:
        yield "No day of this month is loaded."
        return
    if number(month["monthly_budget_usd"]) is None:
        yield "No budget is set: `monthly_usd` under `[budget]` in tars-bench.toml sets one."
    days, left = month["month_loaded_day_count"], month["month_days_left"]
    loaded = f"{days} of {month['month_day_count']} days are loaded"
    if left:
        yield f"{loaded}; {left} are to come, each counted at the cost of a day so far."
    else:
        yield f"{loaded}; the month is over."
    unseen = month["month_day_count"] - days - left
    if unseen:
        yield (
            f"{unseen} days of the month before the first loaded one are not counted: the month "
            "may have cost more."
        )
