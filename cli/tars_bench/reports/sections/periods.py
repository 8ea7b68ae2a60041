"""The sections only weekly and monthly reports have: totals, days, savings, costs, phases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from tars_bench.reports.model import Cell, Column, Row, Section, Table, number
from tars_bench.reports.read.periods import PeriodData
from tars_bench.reports.read.records import Record
from tars_bench.reports.sections.impact import IMPACT, achieved_cell, target_status, target_text
from tars_bench.reports.words.cells import figure, listed, text
from tars_bench.reports.words.formatting import Unit

MAX_DIFFERING = 10
"""Days listed one by one on which two costs differ; the rest are counted."""

_TOTALS = (
    ("cost_usd", "Cost", Unit.USD),
    ("api_call_count", "API calls", Unit.COUNT),
    ("cache_hit_count", "Answered from the response cache", Unit.COUNT),
    ("request_count", "Requests (both)", Unit.COUNT),
    ("token_count", "Tokens", Unit.TOKENS),
    ("task_count", "Tasks", Unit.COUNT),
)
_NO_COST = "no cost known"
_NO_CALLS = "no calls"
_NO_TIME = "no times"


def totals_section(data: PeriodData) -> Section:
    """Return the sums of the period beside those of the one before, and its daily averages."""
    this, before = data.totals["period"], data.totals["before"]
    columns = [
        Column("total", "Total"),
        Column("value", data.window.name, is_numeric=True),
        Column("per_day", "Per day with calls", is_numeric=True),
    ]
    if before["day_count"]:
        columns.append(Column("before", data.before.baseline.phase_name, is_numeric=True))
        columns.append(Column("change", "Change", is_numeric=True))
    rows = tuple(_total_row(this, before, *total) for total in _TOTALS)
    return Section("totals", "TOTALS", (Table(tuple(columns), rows),), tuple(_totals_notes(data)))


def _total_row(this: Record, before: Record, key: str, label: str, unit: Unit) -> Row:
    value, days = number(this[key]), this["active_day_count"]
    nothing = _NO_COST if key == "cost_usd" else "not logged"
    per_day = float(value) / days if value is not None and days else None
    cells = [text(label), figure(value, unit, nothing), figure(per_day, unit, _NO_CALLS)]
    if before["day_count"]:
        old = number(before[key])
        cells += [figure(old, unit, nothing), _change(old, value)]
    return Row(key, tuple(cells))


def _change(old: Decimal | float | int | None, new: Decimal | float | int | None) -> Cell:
    if old is None or new is None:
        return Cell(None, Unit.RATIO, missing="one side is missing")
    if not old:
        return Cell(None, Unit.RATIO, missing="from zero") if new else text("unchanged")
    return figure(float(new) / float(old) - 1, Unit.RATIO, is_signed=True)


def _totals_notes(data: PeriodData) -> Iterator[str]:
    days, before = data.totals["period"]["day_count"], data.totals["before"]["day_count"]
    if before and before != days:
        yield (
            f"These sums are over {days} and {before} loaded days: compare the daily averages, "
            "not the totals."
        )


def days_section(data: PeriodData) -> Section:
    """Return one line per calendar day; days without data say so, a run of them in one line."""
    columns = (
        Column("day", "Day"),
        Column("phase", "Phase"),
        Column("cost", "Cost", is_numeric=True),
        Column("calls", "Calls", is_numeric=True),
        Column("tokens", "Tokens", is_numeric=True),
        Column("cache_hits", "Cached", is_numeric=True),
        Column("errors", "Errors", is_numeric=True),
        Column("response", "Response", is_numeric=True),
    )
    loaded = {one["metric_date"]: one for one in data.days}
    rows: list[Row] = []
    for is_loaded, days in groupby(data.window.days, key=lambda day: day in loaded):
        if is_loaded:
            rows.extend(_day_row(day, loaded[day]) for day in days)
        else:
            rows.append(_gap_row(list(days)))
    return Section("day_by_day", "DAY BY DAY", (Table(columns, tuple(rows)),), (_DAY_NOTE,))


_DAY_NOTE = (
    "Calls are API calls, cached the share of requests the response cache answered, errors the "
    "share of API calls that failed, response the mean time."
)


def _gap_row(days: Sequence[date]) -> Row:
    label = text(days[0])
    if len(days) > 1:
        label = text(f"{days[0].isoformat()} to {days[-1].isoformat()}")
    gap = Cell(None, missing="no data")
    return Row(days[0].isoformat(), (label, Cell(None, missing="not loaded"), *[gap] * 6))


def _day_row(day: date, one: Record) -> Row:
    cells = (
        text(day),
        text(one["phase_name"] or "none"),
        figure(one["cost_usd"], Unit.USD, _NO_COST),
        figure(one["api_call_count"], Unit.COUNT),
        figure(one["token_count"], Unit.TOKENS),
        figure(one["cache_hit_rate"], Unit.RATIO, _NO_CALLS),
        figure(one["error_rate"], Unit.RATIO, _NO_CALLS),
        figure(one["response_time_avg"], Unit.MILLISECONDS, _NO_TIME),
    )
    return Row(day.isoformat(), cells)


_SAVINGS_COLUMNS = (
    Column("strategy", "Strategy"),
    Column("events", "Events", is_numeric=True),
    Column("saved", "Saved", is_numeric=True),
    Column("per_day", "Per day with calls", is_numeric=True),
    Column("claimed", "Log claims", is_numeric=True),
)


def _no_savings(data: PeriodData, mine: list[Record]) -> Section:
    reasons = dict.fromkeys(one["missing_reason"] for one in mine if one["missing_reason"])
    why = (listed([*reasons]) or "no strategy is known").replace("this phase", data.before.here)
    note = f"No strategy can be credited with anything: {why}."
    return Section(IMPACT, "SAVINGS BY STRATEGY", (), (note,))


def savings_section(data: PeriodData) -> Section:
    """Return what the event log says each strategy saved, valued and as it claims itself."""
    mine = [one for one in data.savings if one["phase_id"] == "period"]
    if all(one["savings_usd"] is None for one in mine):
        return _no_savings(data, mine)
    columns = list(_SAVINGS_COLUMNS)
    has_before = bool(data.totals["before"]["day_count"])
    if has_before:
        columns.append(Column("before", data.before.baseline.phase_name, is_numeric=True))
    old = {one["strategy_id"]: one for one in data.savings if one["phase_id"] == "before"}
    rows = [_savings_row(one, old.get(one["strategy_id"]), has_before) for one in mine]
    rows.append(_savings_total(mine, list(old.values()), has_before))
    table = Table(tuple(columns), tuple(rows))
    return Section(IMPACT, "SAVINGS BY STRATEGY", (table,), tuple(_savings_notes(mine)))


def _savings_notes(mine: list[Record]) -> Iterator[str]:
    yield "Claims of the event log, valued at the price that would have been billed; not proof."
    unvalued = sum(one["unvalued_event_count"] or 0 for one in mine)
    if unvalued:
        yield f"{unvalued:,} events could not be valued and count as no saving."


def _savings_row(one: Record, old: Record | None, has_before: bool) -> Row:
    reason = one["missing_reason"] or "not valued"
    cells = [
        text(one["strategy_name"]),
        figure(one["event_count"], Unit.COUNT),
        figure(one["savings_usd"], Unit.USD, reason),
        figure(one["savings_per_day_usd"], Unit.USD, reason),
        figure(one["claimed_savings_usd"], Unit.USD, "no claim"),
    ]
    if has_before:
        cells.append(figure(old["savings_usd"] if old else None, Unit.USD, "not valued"))
    return Row(one["strategy_id"], tuple(cells))


def _savings_total(mine: Sequence[Record], old: Sequence[Record], has_before: bool) -> Row:
    cells = [
        text("All strategies"),
        figure(sum(one["event_count"] for one in mine), Unit.COUNT),
        figure(_sum(mine, "savings_usd"), Unit.USD),
        figure(_sum(mine, "savings_per_day_usd"), Unit.USD, _NO_CALLS),
        figure(_sum(mine, "claimed_savings_usd"), Unit.USD, "no claim"),
    ]
    if has_before:
        cells.append(figure(_sum(old, "savings_usd"), Unit.USD, "not valued"))
    return Row("total", tuple(cells), is_total=True)


def _sum(records: Sequence[Record], key: str) -> float | Decimal | None:
    known = [one[key] for one in records if one[key] is not None]
    return sum(known) if known else None


def reconciliation_section(data: PeriodData) -> Section:
    """Return recorded, list and reported cost of the period, and the days on which they differ."""
    columns = (
        Column("source", "Source"),
        Column("cost", "Cost used", is_numeric=True),
        Column("recorded", "Recorded", is_numeric=True),
        Column("list", "List", is_numeric=True),
        Column("reported", "Reported", is_numeric=True),
        Column("matching", "Days that match", is_numeric=True),
        Column("differing", "Days that differ", is_numeric=True),
    )
    rows = tuple(_cost_row(one) for one in data.costs)
    tables = [Table(columns, rows)] if rows else []
    if data.differing:
        tables.append(_differing_table(data.differing))
    title = "COST RECONCILIATION"
    return Section("cost_reconciliation", title, tuple(tables), tuple(_cost_notes(data)))


def _cost_row(one: Record) -> Row:
    unreported = not one["matching_day_count"] and not one["differing_day_count"]
    none = "no report"
    cells = (
        text(one["source_system"]),
        figure(one["cost_usd"], Unit.USD, _NO_COST),
        figure(one["recorded_cost_usd"], Unit.USD, "none recorded"),
        figure(one["list_cost_usd"], Unit.USD, "no list price"),
        figure(one["reported_cost_usd"], Unit.USD, none),
        figure(None if unreported else one["matching_day_count"], Unit.COUNT, none),
        figure(None if unreported else one["differing_day_count"], Unit.COUNT, none),
    )
    return Row(one["source_system"], cells)


def _differing_table(differing: Sequence[Record]) -> Table:
    columns = (
        Column("day", "Day"),
        Column("status", "Status"),
        Column("logged", "Logged cost", is_numeric=True),
        Column("reported", "Reported cost", is_numeric=True),
        Column("gap", "Reported above logged", is_numeric=True),
    )
    rows = tuple(_differing_row(one) for one in differing[:MAX_DIFFERING])
    return Table(columns, rows, "Days on which reported and logged cost do not match")


def _differing_row(one: Record) -> Row:
    cells = (
        text(one["cost_date"]),
        text(one["reconciliation_status"]),
        figure(one["cost_usd"], Unit.USD, _NO_COST),
        figure(one["reported_cost_usd"], Unit.USD, "no report"),
        figure(one["reported_minus_logged_usd"], Unit.USD, "one is missing", is_signed=True),
    )
    return Row(f"{one['cost_date']}:{one['source_system']}", cells)


def _cost_notes(data: PeriodData) -> Iterator[str]:
    if not data.costs:
        yield "No cost was logged or reported on these days."
        return
    yield (
        "Recorded is what the logs say a call cost, list its tokens at list price, reported what "
        "costs.json says of the day. Every figure above uses recorded, else list."
    )
    rest = len(data.differing) - MAX_DIFFERING
    if rest > 0:
        yield f"{rest:,} more days do not match; `cost_reconciliation_daily` lists them."


def phases_section(data: PeriodData) -> Section:
    """Return the phases of the plan that have days in the period, and how each stands."""
    title = "PHASES OF THE PLAN"
    if not data.phases:
        note = f"No phase of the plan has a day in {data.window.name.lower()}."
        return Section("phases", title, (), (note,))
    columns = (
        Column("phase", "Phase"),
        Column("days", f"Days in {data.window.name.lower()}"),
        Column("strategies", "Strategies"),
        Column("target", "Target"),
        Column("achieved", "Achieved, whole phase", is_numeric=True),
        Column("status", "Status"),
    )
    rows = tuple(_phase_row(data, one) for one in data.phases)
    note = "A target is about the daily cost (per day with calls) of the whole phase."
    return Section("phases", title, (Table(columns, rows),), (note,))


def _phase_row(data: PeriodData, one: Record) -> Row:
    first = max(one["start_date"], data.window.first_date)
    last = min(one["end_date"], data.window.last_date)
    days = f"{(last - first).days + 1} of {one['planned_day_count']}"
    return Row(
        one["phase_id"],
        (
            text(one["phase_name"]),
            text(days),
            text(one["strategy_names"] or "none"),
            *_target_cells(one),
        ),
    )


def _target_cells(one: Record) -> tuple[Cell, Cell, Cell]:
    if one["is_baseline"]:
        return text("the yardstick"), Cell(None, missing="does not apply"), text("baseline")
    if one["status"] is None or one["target_min"] is None:
        return text("none"), achieved_cell(one), text("no target")
    return text(target_text(one)), achieved_cell(one), target_status(one)
