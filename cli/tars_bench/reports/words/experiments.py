"""The three answers of an experiment as sentences: unit cost, quality, and whether sides are alike.

What a draw decided is called measured; labels that somebody chose are called side by side, and days
before and after a change are neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tars_bench.reports.model import Answer, number
from tars_bench.reports.read.experiment_answers import Experiment
from tars_bench.reports.read.records import Record
from tars_bench.reports.words.cells import unit_of, written
from tars_bench.reports.words.formatting import Unit, format_span, format_value
from tars_bench.reports.words.marks import BAD, GOOD, OPEN, UNITS_OF_WORK, marked
from tars_bench.shared.console import count

_REASONS: Final = {
    "unbalanced": "the two sides are not alike",
    "balance_not_measured": "no draw decided the sides, and the log does not tell whether they "
    "did the same kind of work",
    "cost_unknown": "one of the two sides has no call, or its cost is not known",
    "prices_unknown": "too much of the use has no known price or no token counts",
    "baseline_zero": "the control cost nothing, which is known",
    "mix_not_comparable": "the two sides share too little work of the same kind",
    "too_little_data": "there are too few days, or too few that were assigned",
    "drivers_disagree": "there were more of them for the same need, or so it looks",
}
_BROKEN: Final = {
    "days_overlap": "they did their work on different days",
    "complete_pairs": "too many pairs of days lack one of their days",
    "mix_drift_task_types": "they did work of different kinds",
    "mix_drift_complexity": "the work of one was more complex than that of the other",
    "shared_units": "what was assigned to one is on the other, too",
    "sample_ratio": "the split is not the planned one, so something was lost on one",
    "work_per_unit": "what was assigned did more work on one than on the other",
    "model_versions": "one used versions of a model that the other did not",
    "client_versions": "one used versions of the client that the other did not",
    "usage_gap": "one lacks token counts that the other has",
    "unlabelled_calls": "many calls carry no label",
}
EVIDENCE: Final = {
    "randomised": "measured: a draw decided what was on which side",
    "side_by_side": "side by side: the same days, but no draw decided who was on which side",
}


def experiment_answers(experiment: Experiment) -> tuple[Answer, ...]:
    """Return the answers in the order they are read: balance first where it fails."""
    checks = {one["check_id"]: one for one in experiment.checks}
    found = experiment.answers
    cost = unit_cost_answer(found["unit_cost"])
    quality = quality_answer(found["quality"], checks)
    balance = balance_answer(found["balance"], checks)
    if found["balance"]["answer"] in ("balanced", "nearly_balanced"):
        return cost, quality, balance
    return balance, cost, quality


def unit_cost_answer(found: Record) -> Answer:
    """Say what a task, or a call, costs on the treated side against the control."""
    unit = UNITS_OF_WORK.get(found["unit_of_work"], "task")
    a_unit = f"{'an' if unit[0] == 'A' else 'a'} {unit}"
    where = "with the change on" if found["design"] == "switchback" else "on the treated side"
    answer = found["answer"]
    if answer in ("cheaper", "dearer"):
        span = _span(found)
        lead = f"{a_unit.capitalize() if unit == 'task' else f'An {unit}'} costs {span} "
        lead += f"{'less' if answer == 'cheaper' else 'more'} {where}: {_kind(found)}"
        return marked(found, lead, GOOD if answer == "cheaper" else BAD, _chance(found), ".")
    if answer == "no_clear_change":
        return marked(found, f"Whether {a_unit} costs less is open", OPEN, _between(found))
    return marked(found, f"Whether {a_unit} costs less cannot be told", OPEN, why(found))


def quality_answer(found: Record, checks: Mapping[str, Record]) -> Answer:
    """Say whether quality held on the treated side, of what the log can show."""
    check = checks.get(found["reason_check_id"] or "", {})
    name = str(check.get("check_name") or "quality").lower()
    answer = found["answer"]
    if answer == "not_measured":
        return marked(found, "Whether quality held was not measured", OPEN, "")
    allowed = f"{_worse(check, 'serious_limit')} allowed"
    if answer == "held":
        names = ", ".join(
            str(one["check_name"]).lower()
            for one in checks.values()
            if one["check_kind"] == "quality" and one["status"] == "ok"
        )
        return marked(found, "Quality held", GOOD, f"of what the log holds: {names}")
    if answer == "worse":
        rest = f"{name} is at least {_worse(check, 'observed_low')} worse ({allowed})"
        return marked(found, "Quality got worse", BAD, rest)
    if check.get("status") == "not enough data":
        return marked(found, "Whether quality held is open", OPEN, f"{name}: too few samples")
    rest = f"{name} may be up to {_worse(check, 'observed_high')} worse ({allowed})"
    return marked(found, "Whether quality held is open", OPEN, rest)


def balance_answer(found: Record, checks: Mapping[str, Record]) -> Answer:
    """Say whether the two sides are alike but for the change."""
    answer, check_id = found["answer"], found["reason_check_id"] or ""
    broken = _BROKEN.get(check_id, "")
    if answer == "unbalanced":
        return marked(found, "The two sides are not alike", BAD, broken)
    if answer == "not_measured":
        rest = "one side has no work, or no draw decided and the log tells no kind of work"
        return marked(found, "Whether the two sides are alike was not measured", OPEN, rest)
    read = sum(
        one["check_kind"] == "balance" and one["status"] != "not measurable"
        for one in checks.values()
    )
    if answer == "nearly_balanced":
        return marked(found, "The two sides are nearly alike", OPEN, broken)
    return marked(found, "The two sides are alike", GOOD, f"{read} checks found nothing")


def why(found: Record) -> str:
    """Say why a unit cost cannot be told."""
    reason = found["reason_code"]
    if reason == "under_way":
        days = int(found["reason_value"] or 0)
        return (
            f"{count(days, 'day')} of it {'is' if days == 1 else 'are'} still to come, and who "
            "looks every day and stops when it pleases finds what is not there"
        )
    if reason == "too_few_pairs":
        pairs, needed = int(found["reason_value"] or 0), int(found["reason_limit"] or 0)
        return (
            f"with so few pairs of days ({pairs}) no result can be clear; it takes {needed}, and "
            "with those only one that is the same in all"
        )
    return _REASONS.get(reason, "it is not known why")


def _kind(found: Record) -> str:
    return "measured" if found["evidence_kind"] == "randomised" else "established, side by side"


def _span(found: Record) -> str:
    ends = [number(found[f"change_ratio_{end}"]) for end in ("low", "high")]
    sizes = sorted(abs(float(end)) for end in ends if end is not None)
    return format_span(sizes[0], sizes[-1], Unit.RATIO)


def _between(found: Record) -> str:
    ends = [number(found[f"change_ratio_{end}"]) for end in ("low", "high")]
    shown = [format_value(end, Unit.RATIO, is_signed=True) for end in ends if end is not None]
    days = found["days_needed"]
    more = f"; about {days:,} more days would settle a change of this size" if days else ""
    return f"the change lies between {' and '.join(shown)}{more}"


def _chance(found: Record) -> str:
    """Say how rarely as much would be seen with nothing done; nothing where no draw tells."""
    p_value = number(found["p_value"])
    if p_value is None:
        return ""
    times = f"{float(p_value):.4f}".rstrip("0").rstrip(".") if p_value >= 0.0001 else "0.0001"
    less = "" if p_value >= 0.0001 else "less than "
    whole = "all" if found["interval_basis"] == "all_assignments" else "a sample of"
    return (
        f"Of {whole} the ways the {found['pair_count']:,} pairs of days could have been drawn, "
        f"{less}{float(times):.2%} would show as much with nothing done"
    )


def _worse(check: Mapping[str, object], key: str) -> str:
    """Return "1.2 points" or "0.02": how far a metric may have got worse."""
    found = number(check.get(key))
    if found is None:
        return "an unknown amount"
    unit = unit_of(str(check.get("check_id") or ""), str(check.get("unit") or ""))
    if unit is Unit.RATIO:
        return f"{format_value(abs(float(found)) * 100, Unit.NUMBER, 1)} points"
    return written(abs(float(found)), Unit.SCORE)
