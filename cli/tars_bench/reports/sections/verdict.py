"""What a comparison rests on, in words: one paragraph a question."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tars_bench.reports.model import Section, number
from tars_bench.reports.read.records import Line, Proof, Record, ReportData
from tars_bench.reports.sections.headline import day_warnings, why_no_cost
from tars_bench.reports.sections.impact import achieved_cell, target_text
from tars_bench.reports.sections.proof import signed_usd, traffic_cell
from tars_bench.reports.words.cells import both, figure, listed, moved, written
from tars_bench.reports.words.formatting import Unit, reads_as_zero
from tars_bench.reports.words.missing import missing_words

_MAX_FACTORS = 3


def in_words_section(data: ReportData) -> Section | None:
    """Return the way to the answers in words; None where nothing can be said."""
    paragraphs = proof_headline(data)
    if not paragraphs:
        return None
    return Section("in_words", "IN WORDS", notes=paragraphs, is_proof=True)


def proof_headline(data: ReportData) -> tuple[str, ...]:
    """Return the paragraphs: daily cost, what moved it, workload and quality, claims, checks."""
    parts = (
        _daily_cost(data),
        _causes(data),
        _workload_and_quality(data),
        _claims(data),
        _checks(data),
    )
    return tuple(filter(None, (" ".join(sentences) for sentences in parts)))


def daily_cost_sentence(data: ReportData) -> str:
    """Say how the daily cost moved as billed, with the interval of the answer on the bill."""
    active, calendar = data.compared("daily_cost"), data.compared("daily_cost_calendar")
    if active is None:
        return why_no_cost(data)
    if calendar is None:
        return f"Daily cost as billed {movement(active)} per day with calls."
    bill = _answer(data, "bill")
    start = f"Daily cost as billed {movement(calendar, _change_interval(bill) if bill else '')}"
    if movement(calendar) == movement(active):
        return f"{start}, per calendar day and per day with calls alike."
    return f"{start} per calendar day; per day with calls it {movement(active)}."


def _answer(data: ReportData, question_id: str) -> Record | None:
    answers = data.proof.answers if data.proof else ()
    return next((one for one in answers if one["question_id"] == question_id), None)


def _change_interval(found: Record) -> str:
    """Return the interval of a change, to follow its figures."""
    low, high = number(found["change_ratio_low"]), number(found["change_ratio_high"])
    if low is None or high is None:
        return "; no interval: not enough data"
    ends = [figure(end, Unit.RATIO, is_signed=True).text for end in (low, high)]
    return f"; 95% interval {' to '.join(ends)}"


def _unit_cost(data: ReportData) -> Iterator[str]:
    """Say the decisive figure with its two sides: why it is another one than the cost as billed."""
    found = _answer(data, "unit_cost")
    if not found or found["change_ratio"] is None or found["baseline_value"] is None:
        return
    if found["answer"] == "cannot_be_told":  # a figure beside it would be read as an answer
        return
    unit = {"api_call": "API call"}.get(found["unit_of_work"], found["unit_of_work"])
    ends = [written(found[f"{side}_value"], Unit.USD_FINE) for side in ("baseline", "phase")]
    yield (
        f"Cost per {unit} at the prices and the mix of work of {data.there} "
        f"{moved(found['change_ratio'])} (from {' to '.join(ends)}{_change_interval(found)})."
    )


def _daily_cost(data: ReportData) -> Iterator[str]:
    """Say all three reductions, as changes, each with its interval where there is one."""
    yield from _unit_cost(data)
    yield daily_cost_sentence(data)
    if data.proof and data.compared("daily_cost"):
        yield _constant_price(data, data.proof.headline)
        yield _workload_adjusted(data, data.proof)


def _causes(data: ReportData) -> Iterator[str]:
    metrics = (("cost per API call", "cost_per_api_call"), ("cost per task", "cost_per_task"))
    moves = _together([(name, data.compared(metric_id)) for name, metric_id in metrics])
    if moves:
        yield f"As billed, {moves}."
    if data.proof:
        yield from _bridge_sentence(data.proof)


def _together(lines: Sequence[tuple[str, Line | None]]) -> str:
    """Say how lines moved; those that moved alike in one breath."""
    names: dict[str, list[str]] = {}
    for name, line in lines:
        if line:
            names.setdefault(movement(line), []).append(name)
    return listed([f"{listed(alike)} {move}" for move, alike in names.items()])


def _interval(found: Record, key: str) -> str:
    """Return the interval of the change: that of the reduction, turned around."""
    low, high = number(found[f"{key}_low"]), number(found[f"{key}_high"])
    if low is None or high is None:
        return "; no interval: not enough data"
    ends = [figure(-end, Unit.RATIO, is_signed=True).text for end in (high, low)]
    return f"; 95% interval {' to '.join(ends)}"


def _constant_price(data: ReportData, found: Record) -> str:
    ratio, effect = found["constant_price_reduction_ratio"], number(found["price_effect_ratio"])
    if ratio is None:
        code = found["constant_price_missing_reason"]
        reason = missing_words(code, data.here, data.there, "no prices")
        return f"At the prices of {data.there} nothing can be said: {reason}."
    if effect is None or reads_as_zero(effect, Unit.POINTS):
        return f"No price changed: at the prices of {data.there} it {moved(-ratio)}, too."
    return (
        f"At the prices of {data.there} it {moved(-ratio)}: the vendor's prices account for "
        f"{figure(-effect, Unit.POINTS).text}."
    )


def _workload_adjusted(data: ReportData, proof: Proof) -> str:
    found = proof.headline
    ratio = found["workload_adjusted_reduction_ratio"]
    start = f"At as many completed tasks as in {data.there}"
    if ratio is None:
        code = found["workload_adjusted_missing_reason"]
        reason = missing_words(code, data.here, data.there, "no tasks")
        return f"{start} nothing can be said: {reason}."
    interval = _interval(found, "workload_adjusted_reduction_ratio")
    amount = proof.reductions.get("workload_adjusted_daily_usd")
    would = f"to {written(amount, Unit.USD)}{interval}" if amount is not None else interval[2:]
    return f"{start} it {moved(-ratio)} ({would})."


def _bridge_sentence(proof: Proof) -> Iterator[str]:
    parts = [one for one in proof.bridge if one["contribution_usd_per_day"]]
    parts.sort(key=lambda one: -abs(one["contribution_usd_per_day"]))
    shown = [
        f"{one['factor_name'][:1].lower()}{one['factor_name'][1:]} "
        f"{signed_usd(one['contribution_usd_per_day'])}"
        for one in parts[:_MAX_FACTORS]
    ]
    if not shown:
        return
    if len(parts) > len(shown):
        shown.append(f"{len(parts) - len(shown)} smaller")
    change = signed_usd(parts[0]["change_usd_per_day"])
    yield f"What moved daily cost, {change} in all: {listed(shown)}."
    if not parts[0]["is_token_explained"]:
        yield "The logged tokens do not explain the cost, so tokens and prices get no part in it."


def movement(line: Line, more: str = "") -> str:
    """Return "fell 41.5% (from $8.50 to $4.97)", with more in the parentheses."""
    before, after = both(line)
    span = f"from {before.text} to {after.text}"
    if line.change_ratio is None:
        return f"went {span}{f' ({more[2:]})' if more else ''}"
    return f"{moved(line.change_ratio)} ({span}{more})"


def _workload_and_quality(data: ReportData) -> Iterator[str]:
    calls, speed = data.compared("api_calls_per_day"), data.compared("response_time_avg")
    if calls:
        yield _workload_sentence(data, movement(calls))
    if speed:
        yield f"The mean response time {movement(speed)}."
    if data.proof:
        yield _quality_sentence(data.proof)


def _workload_sentence(data: ReportData, calls: str) -> str:
    work = _workload(data)
    before, after = work.get("baseline_driver_value"), work.get("phase_driver_value")
    if not before or after is None:
        return f"API calls per day {calls}."
    span = f"from {written(before, Unit.COUNT)} to {written(after, Unit.COUNT)}"
    tasks = f"{moved(after / before - 1)} ({span})"
    if tasks == calls:
        return f"API calls and tasks per day {calls}."
    return f"API calls per day {calls}, tasks per day {tasks}."


def _workload(data: ReportData) -> Record:
    """Return the bridge's factor of tasks per day; an empty one where no task is counted."""
    factors = data.proof.bridge if data.proof else ()
    counted = (one for one in factors if one["driver_unit"] == "tasks per day")
    return next(counted, {})


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


def _claims(data: ReportData) -> Iterator[str]:
    if data.is_planned:
        yield from _target_sentences(data.targets)
    if not any(one["event_count"] for one in data.savings):
        yield (
            "No optimization event was logged, so no strategy can be credited with anything"
            f"{_traffic_clause(data.proof)}."
        )
    elif data.proof:
        yield from _claims_sentences(data.proof)
        yield from _strategies_sentence(data.proof.strategies)


def _checks(data: ReportData) -> Iterator[str]:
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


def _target_sentences(targets: Sequence[Record]) -> Iterator[str]:
    """Say whether each target was met; of costs that stand alike in one sentence."""
    bases: dict[tuple[str, str], list[str]] = {}
    for one in targets:
        if one["status"] != "no target":
            bases.setdefault(_target_words(one), []).append(f"the {one['cost_basis']}")
    for (start, end), names in bases.items():
        yield f"{start} {listed(names)} cost {end}."


def _target_words(target: Record) -> tuple[str, str]:
    """Return what stands before and after the name of the cost."""
    status, wanted = target["status"], f"The target of {target_text(target)} off"
    if status == "not measurable":
        return wanted, f"cannot be judged: {target['missing_reason']}"
    achieved = achieved_cell(target)
    what = {"achieved": "was reached", "exceeds target": "was exceeded"}.get(status, "was missed")
    change = f"a reduction of {achieved.text}"
    if (target["achieved_reduction_ratio"] or 0) < 0:
        change = f"an increase of {achieved.text.lstrip('-')}"
    return wanted, f"{what}: {change}"


def _claims_sentences(proof: Proof) -> Iterator[str]:
    total, drop = proof.claim("total"), proof.claim("measured_drop")
    claimed, measured = total.get("asserted_usd_per_day"), drop.get("asserted_usd_per_day")
    if claimed is None or measured is None:
        return
    supported, ratio = total.get("supported_usd_per_day"), total.get("over_claim_ratio")
    support = "what the cost bridge supports of it is not known"
    if supported is not None:
        times = f" ({written(ratio, Unit.MULTIPLE)} is claimed)" if ratio is not None else ""
        amount = written(supported, Unit.USD)
        support = f"of what it can tell apart the cost bridge supports {amount}{times}"
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
    names: dict[str, list[str]] = {}
    for one in on:
        if one["status"] != "verified":
            names.setdefault(one["status"], []).append(one["strategy_name"])
    rest = "".join(f"; {status}: {listed(alike)}" for status, alike in names.items())
    yield f"{verified} of {len(on)} strategies are verified{rest}."


def _hygiene_sentence(hygiene: Sequence[Record]) -> Iterator[str]:
    counts = Counter(one["status"] for one in hygiene)
    if counts["serious"] or counts["warning"]:
        serious = (
            f"{counts['serious'] or 'none'} {'is' if counts['serious'] < 2 else 'are'} serious"
        )
        yield (
            f"Of {len(hygiene)} checks of the comparison itself {serious}, {counts['warning']} "
            f"{'warns' if counts['warning'] == 1 else 'warn'}."
        )
