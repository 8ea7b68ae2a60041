"""Weekly and monthly reports: any span of days, measured as the phases are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

from tars_bench.reports.charts_build import with_charts
from tars_bench.reports.conclusion import quality_lines, verdict_of
from tars_bench.reports.formatting import Unit
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
from tars_bench.reports.period_budget import MonthSoFar, budget_section, month_so_far
from tars_bench.reports.period_charts import period_charts
from tars_bench.reports.period_queries import PeriodData, period_window, read_period
from tars_bench.reports.period_sections import (
    days_section,
    phases_section,
    reconciliation_section,
    savings_section,
    totals_section,
)
from tars_bench.reports.provenance import provenance_section
from tars_bench.reports.records import Line, ReportData
from tars_bench.reports.sections import slug
from tars_bench.reports.usage import model_tables
from tars_bench.reports.windows import Window
from tars_bench.reports.words import (
    both,
    change,
    few,
    listed,
    moved,
    text,
    unit_of,
    verdict,
    written,
)

KINDS: Final = ("weekly", "monthly")
_WEEK: Final = 7
_MODEL_METRIC: Final = "sonnet_call_share"
_TITLES: Final = {"COST REDUCTION ACHIEVEMENT": "COST METRICS"}


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
    main = data.compared[0] if data.compared else None
    return Report(
        kind=data.kind,
        title=f"{data.kind.upper()} BENCHMARK REPORT - {_name(data)}",
        subtitle=tuple(_subtitle(data)),
        period=_period(data.window),
        baseline=_period(_window_of(main)) if main else None,
        verdict=_verdict(data),
        headline=(" ".join(_headline(data)),),
        sections=tuple(with_charts([*_sections(data)], period_charts(data))),
        notes=tuple(_notes(data)),
        provenance=provenance_section(data.before),
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
    yield f"Period: {data.window.span} ({_loaded(data)})"
    for side in data.compared:
        one = side.baseline
        days = f"{one.day_count} of {one.planned_day_count} days loaded"
        yield f"Beside: {one.phase_name}, {_window_of(side).span} ({days})"
    names = listed([str(one["phase_name"]) for one in data.phases])
    yield f"Phases of the plan: {names or 'none on these days'}"
    calls = written(phase.api_call_count, Unit.COUNT)
    yield f"Sample size: {calls} API calls, {written(phase.token_count, Unit.TOKENS)} tokens"


def _loaded(data: PeriodData) -> str:
    return f"{data.before.phase.day_count} of {data.window.day_count} days loaded"


def _verdict(data: PeriodData) -> Verdict:
    """Conclude from the days before; from the baseline where those are not loaded."""
    for side in data.compared:
        if not _window_of(side).overlaps(data.window):
            found = verdict_of(side)
            if found:
                against = f"Against the {_lower(side.baseline.phase_name)}"
                sentence = f"{against}, {found.sentence[:1].lower()}{found.sentence[1:]}"
                return replace(found, sentence=sentence)
    return Verdict("Nothing to compare with ❔", Tone.CAUTION, _nothing_to_compare(data))


def _nothing_to_compare(data: PeriodData) -> str:
    before = f"the {_lower(data.before.baseline.phase_name)} is not loaded"
    if data.baseline is None:
        return f"{before[:1].upper()}{before[1:]}, and neither is a baseline."
    return f"{before[:1].upper()}{before[1:]}, and the baseline has days in {_this(data)}."


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


def _this(data: PeriodData) -> str:
    return _lower(data.window.name)


def _headline(data: PeriodData) -> Iterator[str]:
    yield _total_sentence(data)
    for side in data.compared:
        if not _window_of(side).overlaps(data.window):
            yield from _change_sentences(side)
    claimed = [one["savings_usd"] for one in data.savings if one["phase_id"] == "period"]
    known = [float(one) for one in claimed if one is not None]
    if sum(known):
        yield f"The event log accounts for {written(sum(known), Unit.USD)} saved."
    yield from _month_sentences(month_so_far(data))


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
    return f"{cost} for {calls} API calls from {data.window.span}{average}; {_loaded(data)}."


def _change_sentences(side: ReportData) -> Iterator[str]:
    found = [
        ("daily cost", side.compared("daily_cost")),
        ("cost per task", side.compared("cost_per_task")),
    ]
    phrases = [f"{name} {_movement(line)}" for name, line in found if line]
    if not phrases:
        return
    measured, worse = quality_lines(side)
    quality = f"none of {len(measured)} quality figures got worse"
    if worse:
        names = listed([line.line_label.lower() for line in worse])
        quality = f"{len(worse)} of {len(measured)} quality figures got worse ({names})"
    if not measured:
        quality = "quality was not measured in both"
    yield f"Against the {_lower(side.baseline.phase_name)}, {listed(phrases)}; {quality}."


def _movement(line: Line) -> str:
    before, after = both(line)
    span = f"from {before.text} to {after.text}"
    return (
        f"{moved(line.change_ratio)} ({span})" if line.change_ratio is not None else f"went {span}"
    )


def _month_sentences(month: MonthSoFar) -> Iterator[str]:
    if month.spent_usd is None or month.projected_usd is None:
        return
    spent = written(month.spent_usd, Unit.USD)
    if month.days_left:
        pace = written(month.projected_usd, Unit.USD)
        text = f"{month.name} has cost {spent} so far and would end at {pace} at this pace"
    else:
        text = f"{month.name} has cost {spent}"
    if month.budget_usd is None:
        yield f"{text}; no budget is set."
        return
    gap = month.projected_usd - month.budget_usd
    side = "over" if gap > 0 else "under"
    amounts = (
        f"{written(abs(gap), Unit.USD)} {side} its budget of {written(month.budget_usd, Unit.USD)}"
    )
    yield f"{text}: {amounts}."


def _sections(data: PeriodData) -> Iterator[Section]:
    yield totals_section(data)
    yield days_section(data)
    yield from _metric_sections(data)
    yield savings_section(data)
    yield reconciliation_section(data)
    yield phases_section(data)
    yield budget_section(data)


def _metric_sections(data: PeriodData) -> Iterator[Section]:
    ordered = sorted(data.before.lines, key=lambda line: (line.section_order, line.line_order))
    for title, lines in groupby(ordered, key=lambda line: line.section_title):
        shown = _TITLES.get(title, title)
        yield _metric_section(data, shown, tuple(lines))


def _metric_section(data: PeriodData, title: str, lines: tuple[Line, ...]) -> Section:
    sides = data.compared
    columns = [Column("metric", "Metric"), Column("value", data.window.name, is_numeric=True)]
    for side in sides:
        key = side.baseline.phase_id
        columns.append(Column(key, side.baseline.phase_name, is_numeric=True))
        columns.append(Column(f"{key}_change", "Change", is_numeric=True))
    if len(sides) == 1:
        columns.append(Column("verdict", "Verdict"))
    table = Table(tuple(columns), tuple(_metric_row(line, sides) for line in lines))
    has_models = any(line.metric_id == _MODEL_METRIC for line in lines)
    models = model_tables(_models_of(data)) if has_models else ()
    return Section(slug(title), title, (table, *models), tuple(_line_notes(lines)))


def _metric_row(line: Line, sides: tuple[ReportData, ...]) -> Row:
    unit = unit_of(line.metric_id, line.unit)
    pairs = [one for side in sides if (one := side.line(line.metric_id))]
    value = both(pairs[0])[1] if pairs else Cell(line.phase_value, unit)
    cells = [text(line.line_label), value]
    for one in pairs:
        cells += [both(one)[0], change(one)]
    cells = [replace(cell, missing="n/a") if cell.value is None else cell for cell in cells]
    if len(sides) == 1:
        cells.append(verdict(pairs[0]))
    return Row(line.metric_id, tuple(cells))


def _models_of(data: PeriodData) -> ReportData:
    """Return the comparison whose models are shown; alone, the period describes itself."""
    if data.compared:
        return data.compared[0]
    return replace(data.before, kind="baseline", baseline=data.before.phase)


def _line_notes(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        if line.metric_id == "monthly_cost_projection":
            yield f"{line.line_label} is a projection: the cost of a calendar day times 365 / 12."
        if line.phase_value is None:
            yield f"{line.line_label} is not measurable: {line.missing_reason or 'not logged'}."
        elif few(line.sample_count):
            yield f"{line.line_label} rests{few(line.sample_count).removeprefix(',')}."


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
    if window.overlaps(data.window):
        yield (
            f"{one.phase_name} ({window.span}) has days in {_this(data)}: the two are not "
            "independent."
        )


def _days(days: list[str]) -> str:
    if len(days) == 1:
        return f"{days[0]} is"
    if len(days) <= 3:
        return f"{listed(days)} are"
    return f"{len(days)} days between {days[0]} and {days[-1]} are"
