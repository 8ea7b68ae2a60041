"""The three answers of a comparison as sentences: what a unit of work costs, the bill, quality.

Each begins with the answer in words, its tick behind them; what follows says why it is not settled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tars_bench.reports.model import Answer, number
from tars_bench.reports.read.records import Record
from tars_bench.reports.words.cells import moved, unit_of, written
from tars_bench.reports.words.formatting import Unit, format_span, format_value
from tars_bench.reports.words.marks import BAD, GOOD, OPEN, UNITS_OF_WORK, marked

UNIT_REASONS: Final = {
    "instrument": "the two periods cannot be compared",
    "cost_unknown": "its cost is not known in both periods",
    "too_little_data": "there are too few days or sessions",
    "baseline_zero": "the baseline cost nothing, which is known",
    "mix_not_comparable": "the periods share too little work of the same kind",
    "drivers_disagree": "there were more of them for the same need, or so it looks",
    "not_billed": "the bill does not show what the logged tokens do",
    "prices_unknown": "too much of the use has no known price or no token counts",
    "chance": "a difference this small may be chance",
    "trend_continued": "it only goes on with the trend before it",
    "baseline_unusual": "it does not hold against the days before the baseline",
}
_BILL_REASONS: Final = {
    "cost_unknown": "the cost of one of the two periods is not known",
    "too_little_data": "there are too few days to tell it from chance",
    "last_day_cut_off": "the log ends early on the last day",
}
_QUALITY_REASONS: Final = {
    "not_logged": "the log holds nothing that tells",
    "logged_in_one_window": "only one of the two periods logged it",
    "too_little_data": "there are too few samples",
}


def unit_cost_answer(found: Record) -> Answer:
    """Say what a task, or a call, costs against the baseline's."""
    unit = UNITS_OF_WORK.get(found["unit_of_work"], "task")
    article = "An" if unit[0] == "A" else "A"
    answer = found["answer"]
    if answer in ("cheaper", "dearer"):
        change = (
            f"{article} {unit} costs {_span(found)} {'less' if answer == 'cheaper' else 'more'}"
        )
        if not found["is_established"]:
            return marked(
                found, f"{change}, but this is not established", OPEN, _why_unit(found), "."
            )
        mark = GOOD if answer == "cheaper" else BAD
        rest = _sentences(_basis(found), _interim(found))
        return marked(found, f"{change}: established", mark, rest, ".")
    if answer == "no_clear_change":
        between = _between(found)
        if found["reason_code"] == "trend_continued":
            between = f"{_why_unit(found)}; {between}"
        between = _sentences(between, _interim(found))
        return marked(found, f"Whether {article.lower()} {unit} costs less is open", OPEN, between)
    lead = f"Whether {article.lower()} {unit} costs less cannot be told"
    return marked(found, lead, OPEN, _why_unit(found))


def bill_answer(found: Record, monthly_usd: object = None) -> Answer:
    """Say how the bill moved per calendar day, and what that is a month."""
    answer = found["answer"]
    a_month = _a_month(found, monthly_usd, is_span=answer in ("fell", "rose"))
    if answer in ("fell", "rose"):
        mark = GOOD if answer == "fell" else BAD
        return marked(found, f"The bill {answer} {_span(found)} a day{a_month}", mark)
    ratio = number(found["change_ratio"])
    if answer == "no_clear_change" and ratio is not None:
        lead = f"The bill {moved(float(ratio))} a day{a_month}, which may be chance"
        return marked(found, lead, OPEN, _between(found))
    reason = _BILL_REASONS.get(found["reason_code"], "")
    if found["reason_code"] == "last_day_cut_off" and ratio is not None:
        reason = f"{reason}; on the whole days before it the bill {moved(float(ratio))} a day"
    if ratio is None or found["reason_code"] == "last_day_cut_off":
        return marked(found, "How the bill moved cannot be told", OPEN, reason)
    return marked(found, f"The bill {moved(float(ratio))} a day{a_month}", OPEN, reason, ", but")


def _a_month(found: Record, monthly_usd: object, *, is_span: bool) -> str:
    """Return ", $89–$123 a month at this pace"; no pace where a year of days stands behind it."""
    month = number(monthly_usd)
    if not month:
        return ""
    low, high = (number(found.get(f"usd_per_month_change_{end}")) for end in ("low", "high"))
    pace = " at this pace" if found.get("is_pace_only") else ""
    if low is None or high is None or not is_span:
        return f", {written(abs(month), Unit.USD_WHOLE)} a month{pace}"
    ends = sorted((abs(float(low)), abs(float(high))))
    return f", {format_span(ends[0], ends[1], Unit.USD_WHOLE)} a month{pace}"


def _what_it_hangs_on(checks: Mapping[str, Record]) -> str:
    held = [row for row in checks.values() if row["status"] == "not worse"]
    if len(held) != 1:
        return ""
    alone = _in_sentence(str(held[0]["metric_name"]))
    return f"of all that tells of it, the log holds only the {alone}"


def quality_answer(found: Record, checks: Mapping[str, Record]) -> Answer:
    """Say whether quality held, of what the log can show, and what stands in the way."""
    metric = checks.get(found["reason_metric_id"] or "", {})
    name = _in_sentence(str(metric.get("metric_name") or "quality"))
    answer, reason = found["answer"], found["reason_code"]
    if answer == "held":
        return marked(found, "Quality held", GOOD, _what_it_hangs_on(checks))
    if answer == "worse":
        points = _worsening(found["reason_value"], metric)
        allowed = _allowed(found, metric)
        return marked(
            found, "Quality got worse", BAD, f"{name} is at least {points} worse{allowed}"
        )
    if answer == "not_measured":
        return marked(found, "Whether quality held was not measured", OPEN)
    lead = "Whether quality held is open"
    if reason in _QUALITY_REASONS:
        return marked(found, lead, OPEN, f"{name}: {_QUALITY_REASONS[reason]}")
    points = _worsening(found["reason_value"], metric)
    rest = (
        f"these days can only rule out {_with_article(name)} more than {points} worse"
        f"{_allowed(found, metric)}{_days(found['days_needed'])}"
    )
    return marked(found, lead, OPEN, rest)


def _span(found: Record) -> str:
    """Return "16–31%", the ends of the interval without their sign, or the change alone."""
    low, high = number(found["change_ratio_low"]), number(found["change_ratio_high"])
    if low is None or high is None:
        return written(abs(found["change_ratio"] or 0), Unit.RATIO)
    ends = sorted((abs(float(low)), abs(float(high))))
    if low < 0 < high:
        return written(abs(found["change_ratio"] or 0), Unit.RATIO)
    return format_span(ends[0], ends[1], Unit.RATIO)


def _between(found: Record) -> str:
    low, high = number(found["change_ratio_low"]), number(found["change_ratio_high"])
    if low is None or high is None:
        return "there are too few days to tell it from chance"
    ends = [format_value(end, Unit.RATIO, is_signed=True) for end in (low, high)]
    return f"the change lies between {ends[0]} and {ends[1]}{_days(found['days_needed'])}"


def _why_unit(found: Record) -> str:
    return UNIT_REASONS.get(found["reason_code"], "it is not known why")


def _basis(found: Record) -> str:
    """Say what the user's own history shows of changes with nothing done."""
    pairs, as_large = found["placebo_pair_count"], found["placebo_as_large_count"]
    if not pairs or as_large is None:
        return ""
    return (
        f"In your own history {as_large:,} of {pairs:,} such pairs of periods moved as much with "
        "nothing done"
    )


def _sentences(*parts: str) -> str:
    return ". ".join(part for part in parts if part)


def _interim(found: Record) -> str:
    """Say that the phase is not over, and that its interval is wider for it."""
    days, planned = found["interim_day_count"], found["planned_day_count"]
    if not days:
        return ""
    return (
        f"An interim look after {days:,} of {planned:,} days: the interval is wider, so that a "
        "look every day finds no saving where there is none"
    )


def _worsening(value: object, metric: Mapping[str, object]) -> str:
    """Return "1.2 points" or "12.3%": how far a metric may have got worse."""
    found = number(value)
    if found is None:
        return "an unknown amount"
    amount = abs(float(found))
    if metric.get("margin_kind") == "relative":
        return written(amount, Unit.RATIO)
    unit = unit_of(str(metric.get("metric_id") or ""), str(metric.get("unit") or ""))
    if unit is Unit.RATIO:
        return f"{format_value(amount * 100, Unit.NUMBER, 1)} points"
    plain = Unit.SCORE if unit is Unit.SCORE_OF_FIVE else unit
    return written(amount, plain)


def _allowed(found: Record, metric: Mapping[str, object]) -> str:
    if found["reason_limit"] is None:
        return ""
    return f" ({_worsening(found['reason_limit'], metric).removesuffix(' points')} allowed)"


def _days(count: int | None) -> str:
    if not count:
        return ""
    return f"; about {count:,} more day{'' if count == 1 else 's'} would settle it"


def _in_sentence(name: str) -> str:
    """Write a metric's name as it stands inside a sentence: "error rate", "response time (p95)"."""
    return " ".join(word if word.isupper() else word.lower() for word in name.split(" "))


def _with_article(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
