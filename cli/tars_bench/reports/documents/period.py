"""Weekly and monthly reports: any span of days, measured and proven as the phases are.

What they are about is the baseline: it is what a saving is a saving from. The days before stand
beside it with intervals and verdicts of their own. Days that hold the end of the baseline are split
there: those after it are compared with those of it. Where there is nothing to compare with, figures
stand side by side and no more is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from tars_bench.reports.charts.build import with_charts
from tars_bench.reports.charts.periods import period_charts
from tars_bench.reports.documents.build import day_counts, proof_sections, with_models
from tars_bench.reports.documents.comparison import EVENT_VALUES
from tars_bench.reports.model import Period, Report, Section, Tone, Verdict, number
from tars_bench.reports.read.periods import PeriodData, period_window, read_period
from tars_bench.reports.read.records import Record, ReportData
from tars_bench.reports.read.windows import Window
from tars_bench.reports.sections.avoided import disagreements
from tars_bench.reports.sections.metrics import comparison_table, metric_sections, slug
from tars_bench.reports.sections.opening import answers, opening, warnings
from tars_bench.reports.sections.period_budget import budget_section, month_name
from tars_bench.reports.sections.period_figures import METRIC_TITLES, side_by_side_sections
from tars_bench.reports.sections.periods import (
    days_section,
    phases_section,
    reconciliation_section,
    savings_section,
    totals_section,
)
from tars_bench.reports.sections.provenance import provenance_section
from tars_bench.reports.words.cells import is_measured, listed, written
from tars_bench.reports.words.evidence import evidence_line
from tars_bench.reports.words.formatting import Unit

KINDS: Final = ("weekly", "monthly")
_WEEK: Final = 7


def build_period_report(database: Path, kind: str, first: date, last: date) -> Report:
    """Report on the days from first to last, beside those before and the plan's baseline.

    Args:
        database: The published file.
        kind: `weekly` or `monthly`.
        first: The first day; of a monthly report the first of a month.
        last: The last day, included.

    Raises:
        UsageError: The last day lies before the first.
        NotReadyError: Nothing is published, or it lacks what the report reads.

    """
    return report_of(read_period(database, kind, period_window(kind, first, last)))


def report_of(data: PeriodData) -> Report:
    """Arrange what was read into a report."""
    main = next(iter(data.proven), None)
    return Report(
        kind=data.kind,
        title=f"{data.kind.upper()} BENCHMARK REPORT - {_name(data)}",
        subtitle=tuple(_subtitle(data)),
        period=_period(data.window),
        baseline=_period(_window_of(main)) if main else None,
        verdict=_verdict(data),
        headline=tuple(_headline(data)),
        sections=tuple(with_charts([*_sections(data)], period_charts(data))),
        notes=tuple(_notes(data)),
        provenance=provenance_section(data.before),
        warnings=tuple(warnings(main)) if main else (),
        answers=tuple(answers(main)) if main else (),
        opening=opening(main) if main else (),
    )


def _name(data: PeriodData) -> str:
    if data.kind == "monthly":
        return f"{data.window.first_date:%Y-%m}"
    return data.window.last_date.isoformat()


def _period(window: Window) -> Period:
    return Period(window.window_id, window.name, window.first_date, window.last_date)


def _window_of(side: ReportData) -> Window:
    one = side.baseline
    return Window(one.phase_id, one.phase_name, one.start_date, one.end_date)


def _subtitle(data: PeriodData) -> Iterator[str]:
    phase = data.before.phase
    yield f"Period: {data.window.span} ({day_counts(phase)})"
    for order, side in enumerate(data.proven):
        start = "Also beside" if order else "Compared with"
        one = side.baseline
        after = "" if order or not data.is_split else f"; only {_after(side).span} is"
        yield f"{start}: {one.phase_name}, {_window_of(side).span} ({day_counts(one)}){after}"
    names = listed([str(one["phase_name"]) for one in data.phases])
    yield f"Phases of the plan: {names or 'none on these days'}"
    calls = written(phase.api_call_count, Unit.COUNT)
    yield f"Sample size: {calls} API calls, {written(phase.token_count, Unit.TOKENS)} tokens"
    kinds = [one["evidence_kind"] for side in data.proven for one in _answers_of(side)]
    if kinds:
        yield evidence_line(kinds[0], None, None)


def _answers_of(side: ReportData) -> Sequence[Record]:
    return side.proof.answers if side.proof else ()


def _loaded(data: PeriodData) -> str:
    return f"{data.before.phase.day_count} of {data.window.day_count} days loaded"


def _verdict(data: PeriodData) -> Verdict | None:
    if data.proven:
        return None
    return Verdict("Nothing to compare with ❔", Tone.CAUTION, _nothing_to_compare(data))


def _nothing_to_compare(data: PeriodData) -> str:
    if not data.before.phase.active_day_count:
        return f"No call of {_this(data)} is loaded."
    before = f"{data.before.there} is not loaded"
    before = f"{before[:1].upper()}{before[1:]}"
    if data.baseline is None:
        return f"{before}, and neither is a baseline."
    return f"{before}, and the baseline has no days before the others of {_this(data)}."


def _this(data: PeriodData) -> str:
    return f"{data.window.name[:1].lower()}{data.window.name[1:]}"


def _headline(data: PeriodData) -> Iterator[str]:
    yield " ".join([_total_sentence(data), *_month_sentences(data)])
    for order, side in enumerate(data.proven):
        yield from _beside_sentence(side) if order else disagreements(side)


def _beside_sentence(side: ReportData) -> Iterator[str]:
    """Say how the bill moved against the other days."""
    for one in answers(side):
        if one.question_id == "bill":
            yield f"Against {side.there}: {one.sentence[:1].lower()}{one.sentence[1:]}"


def _total_sentence(data: PeriodData) -> str:
    total, phase = data.totals["period"], data.before.phase
    if total["cost_usd"] is None:
        return f"{data.window.span}: no cost is known, {_loaded(data)}."
    per_day = data.before.line("daily_cost")
    average = ""
    if per_day and per_day.phase_value is not None:
        average = f", {written(per_day.phase_value, Unit.USD)} per day with calls"
    cost = written(total["cost_usd"], Unit.USD)
    calls = written(phase.api_call_count, Unit.COUNT)
    is_whole = phase.day_count == data.window.day_count
    loaded = "" if is_whole else f"; {_loaded(data)}"
    return f"{data.window.name} cost {cost} for {calls} API calls{average}{loaded}."


def _month_sentences(data: PeriodData) -> Iterator[str]:
    month = data.month
    if not month or number(month["month_projected_usd"]) is None:
        return
    text = f"{month_name(data)} has cost {written(month['month_cost_usd'], Unit.USD)}"
    if month["month_days_left"]:
        pace = written(month["month_projected_usd"], Unit.USD)
        text = f"{text} so far and would end at {pace} at the pace of {_days_so_far(month)}"
    gap = number(month["projected_over_budget_usd"])
    if gap is None:
        yield f"{text}; no budget is set."
        return
    budget = written(month["monthly_budget_usd"], Unit.USD)
    side = "over" if gap > 0 else "under"
    yield f"{text}: {written(abs(gap), Unit.USD)} {side} its budget of {budget}."


def _days_so_far(month: Record) -> str:
    """Return "its 8 days", with the interval of the month where there is one."""
    count = month["month_loaded_day_count"]
    days = f"its {count} days" if count != 1 else "its one day"
    low, high = (number(month[f"month_projected_usd_{end}"]) for end in ("low", "high"))
    if low is None or high is None:
        return days
    return f"{days} ({written(low, Unit.USD)} to {written(high, Unit.USD)})"


def _sections(data: PeriodData) -> Iterator[Section]:
    yield totals_section(data)
    main = next(iter(data.proven), None)
    if main:
        for section in metric_sections(main):
            title = METRIC_TITLES.get(section.title, section.title)
            yield with_models(main, replace(section, title=title, section_id=slug(title)))
    else:
        yield from side_by_side_sections(data)
    yield savings_section(data)
    yield budget_section(data)
    if main:
        yield from proof_sections(main)
    yield from map(_beside_section, data.proven[1:])
    for section in (days_section(data), reconciliation_section(data), phases_section(data)):
        yield replace(section, is_proof=True)


def _beside_section(side: ReportData) -> Section:
    """Return what was measured in both against the other days."""
    ordered = sorted(side.lines, key=lambda line: (line.section_order, line.line_order))
    lines = tuple(line for line in ordered if is_measured(line))
    title, table = f"AGAINST {side.there.upper()}", comparison_table(side, lines)
    return Section(slug(title), title, (table,), is_proof=True)


def _notes(data: PeriodData) -> Iterator[str]:
    if data.kind == "weekly" and data.window.day_count != _WEEK:
        yield f"The period has {data.window.day_count} days, not {_WEEK}."
    loaded = {one["metric_date"] for one in data.days}
    absent = [day.isoformat() for day in data.window.days if day not in loaded]
    if absent:
        yield f"{data.window.name} is incomplete, {_loaded(data)}: {_days(absent)} missing."
    for side in (data.before, data.baseline):
        yield from _side_notes(data, side)
    silent = data.before.phase.day_count - data.before.phase.active_day_count
    if silent:
        yield f"{silent} of the loaded days had no calls."
    if data.proven:
        yield EVENT_VALUES


def _side_notes(data: PeriodData, side: ReportData | None) -> Iterator[str]:
    if side is None:
        yield "The plan has no baseline with data, so nothing is compared with one."
        return
    one, window = side.baseline, _window_of(side)
    if not one.day_count:
        yield f"{one.phase_name} ({window.span}) is not loaded, so nothing is compared with it."
    elif one.day_count < one.planned_day_count:
        days = f"{one.day_count} of {one.planned_day_count} days loaded"
        yield f"{one.phase_name} ({window.span}) is incomplete: {days}."
    if side is data.baseline and data.is_split:
        yield (
            f"{data.window.name} is split at the end of the baseline: {_after(side).span} is "
            f"compared with {window.span}. Totals and daily figures are of all its days."
        )
    elif window.overlaps(data.window):
        yield (
            f"{one.phase_name} ({window.span}) has days in {_this(data)}: figures of the two may "
            "stand side by side, but prove nothing."
        )


def _after(side: ReportData) -> Window:
    one = side.phase
    return Window(one.phase_id, one.phase_name, one.start_date, one.end_date)


def _days(days: list[str]) -> str:
    if len(days) == 1:
        return f"{days[0]} is"
    if len(days) <= 3:
        return f"{listed(days)} are"
    return f"{len(days)} days between {days[0]} and {days[-1]} are"
