"""The month and its budget as a period's last day left them: spent, projected, left."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tars_bench.reports.model import Cell, Column, Row, Section, Table, Tone, number
from tars_bench.reports.read.periods import PeriodData
from tars_bench.reports.words.cells import figure, text, written
from tars_bench.reports.words.formatting import Unit

_NO_COST = "no cost known"


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """What a month cost up to a day, and what it will cost if the days to come are like those."""

    first_date: date
    last_loaded_date: date | None
    day_count: int
    loaded_day_count: int
    days_left: int
    spent_usd: float | None
    budget_usd: float | None

    @property
    def name(self) -> str:
        """The month as `2026-02`."""
        return f"{self.first_date:%Y-%m}"

    @property
    def per_day_usd(self) -> float | None:
        """Cost per loaded calendar day."""
        if self.spent_usd is None or not self.loaded_day_count:
            return None
        return self.spent_usd / self.loaded_day_count

    @property
    def projected_usd(self) -> float | None:
        """Spent so far, and the days to come at the cost of a day so far."""
        if self.spent_usd is None or self.per_day_usd is None:
            return None
        return self.spent_usd + self.per_day_usd * self.days_left

    @property
    def unseen_day_count(self) -> int:
        """Days of the month before the first loaded one."""
        return self.day_count - self.loaded_day_count - self.days_left


def month_so_far(data: PeriodData) -> MonthSoFar:
    """Return the month of the period's last day, as it stood on that day."""
    first = data.window.last_date.replace(day=1)
    days = monthrange(first.year, first.month)[1]
    one, last = data.month, data.month["last_date"]
    end = first + timedelta(days=days - 1)
    spent, budget = number(one["cost_usd"]), number(one["monthly_budget_usd"])
    return MonthSoFar(
        first_date=first,
        last_loaded_date=last,
        day_count=days,
        loaded_day_count=int(one["day_count"]),
        days_left=(end - last).days if last else days,
        spent_usd=None if spent is None else float(spent),
        budget_usd=None if budget is None else float(budget),
    )


def budget_section(data: PeriodData) -> Section:
    """Return what the month cost so far, what it is heading for, and what is left."""
    month = month_so_far(data)
    columns = (
        Column("line", f"Month {month.name}"),
        Column("amount", "Amount", is_numeric=True),
        Column("budget", "Against the budget"),
    )
    rows = [*_spending_rows(month)]
    if month.budget_usd is not None:
        rows = [_row("budget", "Monthly budget", month.budget_usd), *rows, *_rest_rows(month)]
    notes = tuple(_budget_notes(month))
    return Section("monthly_budget", "MONTHLY BUDGET", (Table(columns, tuple(rows)),), notes)


def _row(key: str, label: str, amount: float | None, against: Cell | None = None) -> Row:
    nothing = text("does not apply")
    return Row(key, (text(label), figure(amount, Unit.USD, _NO_COST), against or nothing))


def _spending_rows(month: MonthSoFar) -> Iterator[Row]:
    until = f" to {month.last_loaded_date.isoformat()}" if month.last_loaded_date else ""
    spent, projected = month.spent_usd, month.projected_usd
    yield _row("spent", f"Spent{until}", spent, _against(spent, month.budget_usd, ""))
    yield _row("per_day", "Per calendar day so far", month.per_day_usd)
    against = _against(projected, month.budget_usd, "would be " if month.days_left else "")
    label = "The month at this pace" if month.days_left else "The whole month"
    yield _row("projected", label, projected, against)


def _rest_rows(month: MonthSoFar) -> Iterator[Row]:
    """Say what is left of the budget; below zero it is spent already."""
    if month.spent_usd is None or month.budget_usd is None:
        return
    left = month.budget_usd - month.spent_usd
    yield _row("left", "Left of the budget", left)
    if month.days_left:
        yield _row("left_per_day", "Left per day to come", left / month.days_left)


def _against(amount: float | None, budget: float | None, prefix: str) -> Cell:
    if budget is None:
        return Cell(None, missing="no budget is set")
    if amount is None:
        return Cell(None, missing=_NO_COST)
    gap = written(abs(amount - budget), Unit.USD)
    if amount > budget:
        return Cell(f"{prefix}OVER by {gap} ❌", tone=Tone.BAD)
    return Cell(f"{prefix}UNDER by {gap} ✅", tone=Tone.GOOD)


def _budget_notes(month: MonthSoFar) -> Iterator[str]:
    if month.budget_usd is None:
        yield "No budget is set: `monthly_usd` under `[budget]` in tars-bench.toml sets one."
    if month.last_loaded_date is None:
        yield "No day of this month is loaded."
        return
    loaded = f"{month.loaded_day_count} of {month.day_count} days are loaded"
    if month.days_left:
        to_come = f"{month.days_left} are to come, each counted at the cost of a day so far"
        yield f"{loaded}; {to_come}."
    else:
        yield f"{loaded}; the month is over."
    if month.unseen_day_count:
        yield (
            f"{month.unseen_day_count} days of the month before the first loaded one are not "
            "counted: the month may have cost more."
        )
