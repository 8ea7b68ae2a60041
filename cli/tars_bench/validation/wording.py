"""Values, thresholds and verdicts in words. Rounding never turns a failure into a pass."""

from typing import Final, NamedTuple

from tars_bench.shared.text import printable
from tars_bench.validation.model import Condition, Evidence, Position, Status


class _UnitFormat(NamedTuple):
    factor: float
    decimals: int
    prefix: str
    suffix: str


_UNIT_FORMATS: Final = {
    "usd": _UnitFormat(1.0, 2, "$", ""),
    "ratio": _UnitFormat(100.0, 1, "", "%"),
    "ms": _UnitFormat(1.0, 1, "", " ms"),
    "score": _UnitFormat(1.0, 2, "", ""),
    "count": _UnitFormat(1.0, 0, "", ""),
    "tokens": _UnitFormat(1.0, 0, "", " tokens"),
    "days": _UnitFormat(1.0, 0, "", " days"),
}
_MOST_DECIMALS: Final = 12


def position(condition: Condition, value: float) -> Position:
    """Return where a value lies with respect to the condition's bounds, strict or inclusive."""
    low, high = condition.min_threshold, condition.max_threshold
    if low is not None and (value < low or (value == low and not condition.min_inclusive)):
        return Position.BELOW
    if high is not None and (value > high or (value == high and not condition.max_inclusive)):
        return Position.ABOVE
    return Position.WITHIN


def value_text(value: float, unit: str, against: tuple[float | None, ...] = ()) -> str:
    """Format a value in its unit, with as many decimals as tell it from the thresholds.

    32.96% against a threshold of 33% is never printed as 33.0%.
    """
    if unit == "flag":
        return {1.0: "yes", 0.0: "no"}.get(value, repr(value))
    decimals = _unit_format(unit).decimals
    others = [other for other in against if other is not None and other != value]
    while decimals < _MOST_DECIMALS:
        text = _fixed(value, unit, decimals)
        if all(text != _fixed(other, unit, decimals) for other in others):
            return text
        decimals += 1
    return _fixed(value, unit, decimals)


def observed_text(condition: Condition, value: float) -> str:
    """Format an observed value so that it can be told from the condition's thresholds."""
    return value_text(value, condition.unit, (condition.min_threshold, condition.max_threshold))


def threshold_text(condition: Condition) -> str:
    """Say what is asked for: ``≥ 24 %``, ``< 2 %``, ``$155–$181``, ``yes``."""
    low, high = condition.min_threshold, condition.max_threshold
    if condition.unit == "flag" and low is not None:
        return value_text(low, condition.unit)
    if low is not None and high is not None:
        return f"{_range(low, high, condition.unit)}{_excluded_ends(condition)}"
    if low is not None:
        return f"{'≥' if condition.min_inclusive else '>'} {_bound(low, condition.unit)}"
    if high is not None:
        return f"{'≤' if condition.max_inclusive else '<'} {_bound(high, condition.unit)}"
    return "no threshold"


def expectation_sentence(condition: Condition) -> str:
    """The sentence an expectation carries into the Data Docs."""
    text = f"{condition.line_text} — {condition.condition_text}: {threshold_text(condition)}"
    return printable(text)


def verdict(condition: Condition, status: Status, where: Position | None) -> str:
    """Return the word or two a reader sees; a range says on which side it was missed."""
    if condition.is_range and where is not None and status is Status.INCONCLUSIVE:
        return f"{where} the range"
    if condition.is_range and where is not None and status is Status.FAIL:
        return f"fail, {where} the range"
    if status is Status.NOT_APPLICABLE:
        return "not measurable"
    return str(status)


def condition_sentence(
    condition: Condition, evidence: Evidence | None, status: Status, word: str, problem: str | None
) -> str:
    """Say in one sentence what was measured, what was asked for, and what follows."""
    subject = printable(condition.condition_text)
    if status is Status.ERROR or evidence is None:
        return f"{subject}: could not be checked: {printable(problem or 'no reason is known')}"
    if evidence.observed_value is None:
        return f"{subject}: not measurable: {printable(evidence.why_missing or 'no data')}"
    figure = observed_text(condition, evidence.observed_value)
    if condition.measure == "reduction_ratio" and evidence.observed_value < 0:
        figure = f"{figure} (it rose)"
    return (
        f"{subject}: {figure}, asked for {threshold_text(condition)}: {word}"
        f"{_basis(condition, evidence)}{_note(evidence)}"
    )


def days_text(days: int) -> str:
    """Say how many more days would settle a figure."""
    return f"needs about {days:,} more day{'' if days == 1 else 's'}"


def interval_text(condition: Condition, evidence: Evidence) -> str | None:
    """Return the interval of a figure in its unit; None where there is none."""
    low, high = evidence.interval_low, evidence.interval_high
    if low is None or high is None:
        return None
    return f"{observed_text(condition, low)} to {observed_text(condition, high)}"


def _basis(condition: Condition, evidence: Evidence) -> str:
    parts = []
    if evidence.phase_id:
        parts.append(printable(evidence.phase_id))
    if evidence.sample_count is not None:
        parts.append(f"n = {evidence.sample_count:,}")
    interval = interval_text(condition, evidence)
    if interval:
        parts.append(f"interval {interval}")
    return f" ({', '.join(parts)})" if parts else ""


def _note(evidence: Evidence) -> str:
    parts = [printable(evidence.note)] if evidence.note else []
    if evidence.is_inconclusive and evidence.days_needed is not None:
        parts.append(days_text(evidence.days_needed))
    return f"; {'; '.join(parts)}" if parts else ""


def _range(low: float, high: float, unit: str) -> str:
    suffix = _unit_format(unit).suffix
    return f"{_bound(low, unit).removesuffix(suffix)}–{_bound(high, unit)}"


def _excluded_ends(condition: Condition) -> str:
    excluded = [
        end
        for end, is_inclusive in (
            ("lower", condition.min_inclusive),
            ("upper", condition.max_inclusive),
        )
        if not is_inclusive
    ]
    return f" ({' and '.join(excluded)} end excluded)" if excluded else ""


def _bound(value: float, unit: str) -> str:
    form = _unit_format(unit)
    return f"{form.prefix}{round(value * form.factor, 9):,.10g}{form.suffix}"


def _fixed(value: float, unit: str, decimals: int) -> str:
    form = _unit_format(unit)
    sign = "-" if value < 0 else ""
    return f"{sign}{form.prefix}{abs(value) * form.factor:,.{decimals}f}{form.suffix}"


def _unit_format(unit: str) -> _UnitFormat:
    return _UNIT_FORMATS.get(unit, _UnitFormat(1.0, 2, "", f" {unit}"))
