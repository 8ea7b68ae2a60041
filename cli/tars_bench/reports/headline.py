"""The opening paragraph: what happened, in plain words, from the same lines as the tables."""

from collections import Counter
from collections.abc import Iterator

from tars_bench.reports.conclusion import QUALITY_METRICS, quality_lines, why_no_cost
from tars_bench.reports.formatting import Unit
from tars_bench.reports.impact import achieved_cell, target_text
from tars_bench.reports.records import Line, Phase, Record, ReportData
from tars_bench.reports.words import both, few, listed, moved, unit_of, verdict_word, written

_MANY_DAYS = 3
"""The specification asks for a baseline of three days or more."""


def headline(data: ReportData) -> tuple[str, ...]:
    """Return the opening sentences in the order they are read."""
    return tuple(_baseline_sentences(data) if data.is_baseline else _sentences(data))


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
    yield from _day_warnings(data.phase)


def _each(data: ReportData, metric_ids: tuple[str, ...]) -> Iterator[str]:
    lines = [line for line in map(data.line, metric_ids) if line and line.phase_value is not None]
    if lines:
        yield f"{'; '.join(f'{line.line_label}: {_amount(line)}' for line in lines)}."


def _amount(line: Line) -> str:
    return written(line.phase_value, unit_of(line.metric_id, line.unit))


def _sentences(data: ReportData) -> Iterator[str]:
    yield from _cost_sentences(data)
    yield from _workload_sentences(data)
    yield from _speed_sentences(data)
    yield _quality_sentence(data)
    yield from (_target_sentence(one) for one in data.targets if one["status"] != "no target")
    yield from _claims_sentences(data)
    yield from _checklist_sentences(data)
    yield from _evidence_sentences(data)


def _cost_sentences(data: ReportData) -> Iterator[str]:
    active, calendar = data.compared("daily_cost"), data.compared("daily_cost_calendar")
    if active is None:
        yield why_no_cost(data)
        return
    clause = f", and {_movement(calendar)} per calendar day" if calendar else ""
    yield f"Daily cost {_movement(active)} per day with calls{clause}."
    units = (("API call", "cost_per_api_call"), ("task", "cost_per_task"))
    lines = [(name, data.compared(metric_id)) for name, metric_id in units]
    phrases = [f"cost per {name} {_movement(line)}" for name, line in lines if line]
    if phrases:
        yield f"C{listed(phrases)[1:]}."


def _movement(line: Line) -> str:
    if line.change_ratio is None:
        return f"went from {_span(line)}"
    return f"{moved(line.change_ratio)} (from {_span(line)})"


def _span(line: Line) -> str:
    before, after = both(line)
    return f"{before.text} to {after.text}"


def _workload_sentences(data: ReportData) -> Iterator[str]:
    calls = data.compared("api_calls_per_day")
    if calls:
        yield f"API calls per day {_movement(calls)}."
    before, after = data.baseline.tasks_per_day, data.phase.tasks_per_day
    per_task = data.compared("cost_per_task")
    if not before or after is None or per_task is None or per_task.phase_value is None:
        return
    adjusted = written(before * per_task.phase_value, Unit.USD)
    yield (
        f"Tasks per day {moved(after / before - 1)} (from {written(before, Unit.COUNT)} to "
        f"{written(after, Unit.COUNT)}); at the baseline's number of tasks the phase would have "
        f"cost {adjusted} per day with calls."
    )


def _speed_sentences(data: ReportData) -> Iterator[str]:
    line = data.compared("response_time_avg")
    if line:
        yield f"The mean response time {_movement(line)}."


def _quality_sentence(data: ReportData) -> str:
    measured, worse = quality_lines(data)
    if not measured:
        return "Quality was not measured in both periods, so nothing is said about it."
    better = sum(verdict_word(line) == "improved" for line in measured)
    counted = f"Of {len(measured)} quality figures measured in both, {better or 'none'} got better"
    named = [f"{line.line_label.lower()}, {_span(line)}" for line in worse]
    bad = f"{len(worse)} got worse ({'; '.join(named)})" if worse else "none got worse"
    return f"{counted} and {bad}{_thin_clause(measured)}{_unmeasured_clause(data)}."


def _unmeasured_clause(data: ReportData) -> str:
    lines = [line for line in map(data.line, QUALITY_METRICS) if line and not line.is_compared]
    return f"; not measured: {listed([line.line_label.lower() for line in lines])}" if lines else ""


def _thin_clause(lines: list[Line]) -> str:
    named = [
        f"{line.line_label.lower()}{few(line.least_sample_count).replace(', on', ' on')}"
        for line in lines
        if few(line.least_sample_count)
    ]
    return f"; {listed(named)}" if named else ""


def _target_sentence(target: Record) -> str:
    basis, status = target["cost_basis"], target["status"]
    if status == "not measurable":
        reason = target["missing_reason"]
        return f"Whether the target was met on {basis} cost cannot be said: {reason}."
    achieved = achieved_cell(target)
    what = {"achieved": "was reached", "exceeds target": "was exceeded"}.get(status, "was missed")
    change = f"a reduction of {achieved.text}"
    if (target["achieved_reduction_ratio"] or 0) < 0:
        change = f"an increase of {achieved.text.lstrip('-')}"
    return f"The target of {target_text(target)} off the {basis} cost {what}: {change}."


def _claims_sentences(data: ReportData) -> Iterator[str]:
    if not any(one["event_count"] for one in data.savings):
        yield "No optimisation event was logged, so no strategy can be credited with anything."
    lines = {one["line_kind"]: one["savings_per_day_usd"] for one in data.savings_lines}
    claimed, measured, rest = (lines.get(key) for key in ("total", "measured", "unexplained"))
    if claimed is None or measured is None or rest is None:
        return
    agreed = written(abs(rest), Unit.USD) == written(0, Unit.USD)
    drop = f"a drop of {written(measured, Unit.USD)} was measured"
    if measured < 0:
        drop = f"a rise of {written(abs(measured), Unit.USD)} was measured"
    yield (
        f"The event log accounts for {written(claimed, Unit.USD)} saved per day with calls; "
        f"{drop}, {'so the two agree' if agreed else _rest_phrase(rest)}."
    )


def _rest_phrase(rest: float) -> str:
    amount = written(abs(rest), Unit.USD)
    if rest > 0:
        return f"which leaves {amount} of the drop unexplained"
    return f"so {amount} of what is claimed is not seen in the bill"


def _checklist_sentences(data: ReportData) -> Iterator[str]:
    if data.kind != "final" or not data.checklist:
        return
    counts = Counter(one["status"] for one in data.checklist)
    rest = len(data.checklist) - counts["pass"] - counts["fail"]
    yield (
        f"Of the {len(data.checklist)} checklist lines and success criteria {counts['pass']} pass, "
        f"{counts['fail']} fail and {rest} are neither."
    )


def _evidence_sentences(data: ReportData) -> Iterator[str]:
    for phase in (data.baseline, data.phase):
        yield from _day_warnings(phase)
    yield (
        f"All of this is plain arithmetic on {data.baseline.active_day_count} and "
        f"{data.phase.active_day_count} days with calls: a small change may be chance."
    )


def _day_warnings(phase: Phase) -> Iterator[str]:
    if phase.active_day_count < _MANY_DAYS:
        days = f"{phase.active_day_count} day{'' if phase.active_day_count == 1 else 's'}"
        yield f"{phase.phase_name} rests on only {days} with calls."
