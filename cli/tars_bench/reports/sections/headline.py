"""The opening paragraph of a baseline report, in plain words, from the lines of its tables."""

from collections.abc import Iterator

from tars_bench.reports.read.records import Line, Phase, ReportData
from tars_bench.reports.words.cells import listed, unit_of, written

_MANY_DAYS = 3
"""The specification asks for a baseline of three days or more."""


def baseline_headline(data: ReportData) -> tuple[str, ...]:
    """Return the one paragraph that opens a baseline report."""
    return (" ".join(_baseline_sentences(data)),)


def _baseline_sentences(data: ReportData) -> Iterator[str]:
    active, calendar = data.line("daily_cost"), data.line("daily_cost_calendar")
    if active is None or active.phase_value is None:
        yield why_no_cost(data).replace("compared", "said")
        return
    yield (
        f"{data.phase.phase_name}: {_amount(active)} per day with calls"
        f"{f', {_amount(calendar)} per calendar day' if calendar else ''}."
    )
    yield from _each(data, ("cost_per_api_call", "api_calls_per_day", "response_time_avg"))
    unmeasured = [line.line_label.lower() for line in data.lines if line.phase_value is None]
    if unmeasured:
        yield f"Not measured: {listed(unmeasured)}."
    yield from day_warnings(data.phase)


def _each(data: ReportData, metric_ids: tuple[str, ...]) -> Iterator[str]:
    lines = [line for line in map(data.line, metric_ids) if line and line.phase_value is not None]
    if lines:
        yield f"{'; '.join(f'{line.line_label}: {_amount(line)}' for line in lines)}."


def _amount(line: Line) -> str:
    return written(line.phase_value, unit_of(line.metric_id, line.unit))


def day_warnings(phase: Phase) -> Iterator[str]:
    """Say so where a phase rests on fewer days than the specification asks for."""
    if phase.active_day_count < _MANY_DAYS:
        days = f"{phase.active_day_count} day{'' if phase.active_day_count == 1 else 's'}"
        yield f"{phase.phase_name} rests on only {days} with calls."


def why_no_cost(data: ReportData) -> str:
    """Say why the daily costs cannot be compared."""
    line = data.line("daily_cost")
    reason = line.missing_reason if line and line.missing_reason else "no cost is known"
    return f"Daily cost cannot be compared: {reason}."
