"""The verdict of a comparison and the paragraphs under it, from the marts of the proof."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tars_bench.reports.conclusion import why_no_cost
from tars_bench.reports.formatting import Unit, reads_as_zero
from tars_bench.reports.headline import day_warnings
from tars_bench.reports.impact import achieved_cell, target_text
from tars_bench.reports.model import Tone, Verdict, number
from tars_bench.reports.proof_sections import signed_usd, traffic_cell
from tars_bench.reports.records import Line, Proof, Record, ReportData
from tars_bench.reports.words import both, figure, listed, moved, written

_VERDICTS = {
    "established saving": ("Established saving ✅", Tone.GOOD),
    "no saving established": ("No saving established ❔", Tone.CAUTION),
    "cost increase": ("Cost increase ❌", Tone.BAD),
    "cheaper but worse": ("Cheaper but worse ❌", Tone.BAD),
    "not established": ("Not established ❔", Tone.CAUTION),
}
_MAX_FACTORS = 3


def proof_verdict(data: ReportData) -> Verdict:
    """Return the verdict of `marts.headline_verdicts`; not established where there is none."""
    if data.proof is None:
        return Verdict(*_VERDICTS["not established"], sentence=why_no_cost(data))
    found = data.proof.headline
    if found["cause"] == "no cost":
        return Verdict(*_VERDICTS[found["verdict"]], sentence=why_no_cost(data))
    reason = f"{_subject(found)}{str(found['reason']).rstrip('.')}"
    return Verdict(*_VERDICTS[found["verdict"]], sentence=f"{reason[:1].upper()}{reason[1:]}.")


def _subject(found: Record) -> str:
    """Name what the reason is about where it only speaks of an interval."""
    ratio = found["as_billed_reduction_ratio"]
    if found["cause"] not in ("unclear", "too little data") or ratio is None:
        return ""
    return f"Daily cost {moved(-ratio)} as billed, but "


def proof_headline(data: ReportData) -> tuple[str, ...]:
    """Return the paragraphs: cost, workload and quality, claims and checklist."""
    parts = (_cost(data), _workload_and_quality(data), _claims_and_checklist(data))
    return tuple(filter(None, (" ".join(sentences) for sentences in parts)))


def _cost(data: ReportData) -> Iterator[str]:
    active = data.compared("daily_cost")
    if active is None:
        yield why_no_cost(data)
        return
    yield _reductions_sentence(active, data.proof)
    others = (
        ("it", "daily_cost_calendar", " per calendar day"),
        ("cost per API call", "cost_per_api_call", ""),
        ("cost per task", "cost_per_task", ""),
    )
    lines = [(name, data.compared(metric_id), tail) for name, metric_id, tail in others]
    phrases = [f"{name} {_movement(line)}{tail}" for name, line, tail in lines if line]
    if phrases:
        joined = listed(phrases)
        yield f"{joined[:1].upper()}{joined[1:]}."
    if data.proof:
        yield from _bridge_sentence(data.proof)


def _reductions_sentence(active: Line, proof: Proof | None) -> str:
    """Say all three reductions, as changes, each with its interval where there is one."""
    start = f"Daily cost {_movement(active)} per day with calls"
    if proof is None:
        return f"{start}."
    found = proof.headline
    billed = _interval(found, "as_billed_reduction_ratio")
    return (
        f"{start} as billed{billed}; at the baseline's prices it {_constant_price(found)}; at the "
        f"baseline's number of completed tasks it {_workload_adjusted(proof)}."
    )


def _interval(found: Record, key: str, what: str = "95% interval") -> str:
    """Return the interval of the change: that of the reduction, turned around."""
    low, high = number(found[f"{key}_low"]), number(found[f"{key}_high"])
    if low is None or high is None:
        return " (no interval: not enough data)"
    ends = [figure(-end, Unit.RATIO, is_signed=True).text for end in (high, low)]
    return f" ({what} {' to '.join(ends)})"


def _constant_price(found: Record) -> str:
    ratio = found["constant_price_reduction_ratio"]
    if ratio is None:
        return f"cannot be said ({found['constant_price_missing_reason'] or 'no prices'})"
    effect = number(found["price_effect_ratio"])
    rest = "no price changed"
    if effect is not None and not reads_as_zero(effect, Unit.POINTS):
        rest = f"the vendor's prices account for {figure(-effect, Unit.POINTS).text}"
    return f"{moved(-ratio)} ({rest})"


def _workload_adjusted(proof: Proof) -> str:
    found = proof.headline
    ratio = found["workload_adjusted_reduction_ratio"]
    if ratio is None:
        return f"cannot be said ({found['workload_adjusted_missing_reason'] or 'no tasks'})"
    interval = _interval(found, "cost_per_task_reduction_ratio", "95% interval of cost per task")
    amount = proof.reductions.get("workload_adjusted_daily_usd")
    would = f", to {written(amount, Unit.USD)}" if amount is not None else ""
    return f"{moved(-ratio)}{would}{interval}"


def _bridge_sentence(proof: Proof) -> Iterator[str]:
    parts = [one for one in proof.bridge if one["contribution_usd_per_day"]]
    parts.sort(key=lambda one: -abs(one["contribution_usd_per_day"]))
    shown = [
        f"{one['factor_name'][:1].lower()}{one['factor_name'][1:]}: "
        f"{signed_usd(one['contribution_usd_per_day'])}"
        for one in parts[:_MAX_FACTORS]
    ]
    if not shown:
        return
    more = f" (and {len(parts) - len(shown)} smaller)" if len(parts) > len(shown) else ""
    change = signed_usd(parts[0]["change_usd_per_day"])
    yield f"What moved it, {change} per day in all: {'; '.join(shown)}{more}."
    if not parts[0]["is_token_explained"]:
        yield "The logged tokens do not explain the cost, so tokens and prices get no part in it."


def _movement(line: Line) -> str:
    if line.change_ratio is None:
        return f"went from {_span(line)}"
    return f"{moved(line.change_ratio)} (from {_span(line)})"


def _span(line: Line) -> str:
    before, after = both(line)
    return f"{before.text} to {after.text}"


def _workload_and_quality(data: ReportData) -> Iterator[str]:
    calls, speed = data.compared("api_calls_per_day"), data.compared("response_time_avg")
    if calls:
        yield f"API calls per day {_movement(calls)}{_tasks_clause(data)}."
    if speed:
        yield f"The mean response time {_movement(speed)}."
    if data.proof:
        yield _quality_sentence(data.proof)


def _tasks_clause(data: ReportData) -> str:
    before, after = data.baseline.tasks_per_day, data.phase.tasks_per_day
    if not before or after is None:
        return ""
    span = f"from {written(before, Unit.COUNT)} to {written(after, Unit.COUNT)}"
    return f", tasks per day {moved(after / before - 1)} ({span})"


def _quality_sentence(proof: Proof) -> str:
    names: dict[str, list[str]] = {}
    for one in proof.quality:
        names.setdefault(one["status"], []).append(str(one["metric_name"]))
    if not names.keys() - {"not enough data"}:
        return "Quality was not measured well enough in both periods to say whether it held."
    parts = (
        ("got worse beyond the margin", "worse"),
        ("not settled whether worse", "inconclusive"),
        ("not worse", "not worse"),
        ("not enough data", "not enough data"),
    )
    said = [f"{words}: {listed(names[status])}" for words, status in parts if status in names]
    return f"Quality: {'; '.join(said)}."


def _claims_and_checklist(data: ReportData) -> Iterator[str]:
    targets = () if data.kind == "comparison" else data.targets
    yield from (_target_sentence(one) for one in targets if one["status"] != "no target")
    if not any(one["event_count"] for one in data.savings):
        yield (
            "No optimization event was logged, so no strategy can be credited with anything"
            f"{_traffic_clause(data.proof)}."
        )
    elif data.proof:
        yield from _claims_sentences(data.proof)
        yield from _strategies_sentence(data.proof.strategies)
    if data.kind == "final" and data.checklist:
        yield _checklist_sentence(data.checklist)
    if data.proof:
        yield from _hygiene_sentence(data.proof.hygiene)
    for phase in (data.baseline, data.phase):
        yield from day_warnings(phase)


def _traffic_clause(proof: Proof | None) -> str:
    """Name the strategies of the plan whose traffic moved all the same."""
    moved_ones = [
        f"{one['strategy_name']}, {traffic_cell(one).text}"
        for one in (proof.strategies if proof else ())
        if one["is_planned"] and (one["traffic_value"] or 0) > (one["baseline_traffic_value"] or 0)
    ]
    return f", though traffic moved: {'; '.join(moved_ones)}" if moved_ones else ""


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


def _claims_sentences(proof: Proof) -> Iterator[str]:
    total, drop = proof.claim("total"), proof.claim("measured_drop")
    claimed, measured = total.get("asserted_usd_per_day"), drop.get("asserted_usd_per_day")
    if claimed is None or measured is None:
        return
    supported, ratio = total.get("supported_usd_per_day"), total.get("over_claim_ratio")
    support = "what the cost bridge supports of it is not known"
    if supported is not None:
        times = f" ({written(ratio, Unit.MULTIPLE)} is claimed)" if ratio is not None else ""
        support = f"the cost bridge supports {written(supported, Unit.USD)}{times}"
    yield (
        f"The optimizations claim {written(claimed, Unit.USD)} saved per day with calls; "
        f"{support}; {_drop_phrase(measured, measured - claimed)}."
    )


def _drop_phrase(measured: float, rest: float) -> str:
    seen = f"daily cost {'fell' if measured >= 0 else 'rose'} by {written(abs(measured), Unit.USD)}"
    amount = written(abs(rest), Unit.USD)
    if measured < 0:
        return seen
    if reads_as_zero(rest, Unit.USD):
        return f"{seen}, as much as is claimed"
    return f"{seen}, {amount} {'more' if rest > 0 else 'less'} than is claimed"


def _strategies_sentence(strategies: Sequence[Record]) -> Iterator[str]:
    on = [one for one in strategies if one["is_planned"] or one["event_count"]]
    if not on:
        return
    verified = sum(one["status"] == "verified" for one in on)
    open_ones = [
        f"{one['strategy_name']} ({one['status']})" for one in on if one["status"] != "verified"
    ]
    rest = f"; not so {listed(open_ones)}" if open_ones else ""
    yield f"{verified} of {len(on)} strategies are verified{rest}."


def _checklist_sentence(checklist: Sequence[Record]) -> str:
    counts = Counter(one["status"] for one in checklist)
    rest = len(checklist) - counts["pass"] - counts["fail"]
    return (
        f"Of the {len(checklist)} checklist lines and success criteria {counts['pass']} pass, "
        f"{counts['fail']} fail and {rest} are neither."
    )


def _hygiene_sentence(hygiene: Sequence[Record]) -> Iterator[str]:
    counts = Counter(one["status"] for one in hygiene)
    if counts["serious"] or counts["warning"]:
        yield (
            f"Checks of the comparison itself: {counts['serious']} serious, {counts['warning']} "
            f"warning, of {len(hygiene)}."
        )
