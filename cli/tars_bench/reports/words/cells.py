"""Cells and phrases that several sections share: units of metrics, verdict words, changes."""

from collections.abc import Sequence
from decimal import Decimal

from tars_bench.reports.model import Cell, Tone, number
from tars_bench.reports.read.records import Line, Record
from tars_bench.reports.words.formatting import (
    Unit,
    Value,
    digits_to_tell_apart,
    format_value,
    reads_as_zero,
)
from tars_bench.reports.words.statuses import status_cell

FEW_SAMPLES = 30
"""Below this a mean or a share says little; the report says so beside the figure."""

_UNITS = {
    "usd": Unit.USD,
    "ms": Unit.MILLISECONDS,
    "ratio": Unit.RATIO,
    "count": Unit.COUNT,
    "tokens": Unit.TOKENS,
    "score": Unit.SCORE,
    "days": Unit.DAYS,
}
_UNITS_OF_METRICS = {
    "cost_per_api_call": Unit.USD_FINE,
    "cost_per_task": Unit.USD_FINE,
    "requests_per_task": Unit.SCORE,
    "api_calls_per_task": Unit.SCORE,
    "user_satisfaction_avg": Unit.SCORE_OF_FIVE,
}


def unit_of(metric_id: str, unit: str) -> Unit:
    """Return how a metric's values are written."""
    return _UNITS_OF_METRICS.get(metric_id) or _UNITS.get(unit, Unit.TEXT)


def text(value: Value) -> Cell:
    """Return a cell of words."""
    return Cell(value, Unit.TEXT)


def figure(value: object, unit: Unit, missing: str = "", *, is_signed: bool = False) -> Cell:
    """Return a cell of one figure, or of the reason it is missing."""
    return Cell(number(value), unit, missing=missing, is_signed=is_signed)


def both(line: Line) -> tuple[Cell, Cell]:
    """Return the two figures of a line; where they differ visibly, so do their texts."""
    unit = unit_of(line.metric_id, line.unit)
    digits = None
    if line.is_compared and not is_slight(line):
        digits = digits_to_tell_apart(line.baseline_value, line.phase_value, unit)
    return (
        Cell(number(line.baseline_value), unit, digits=digits),
        Cell(number(line.phase_value), unit, digits=digits),
    )


def change(line: Line) -> Cell:
    """Return the change of a line as its layout asks: per cent, points or in its own unit."""
    unit = unit_of(line.metric_id, line.unit)
    if line.change_display == "points":
        return figure(line.change_value, Unit.POINTS)
    if line.change_display == "ratio" and line.change_ratio is not None:
        return figure(line.change_ratio, Unit.RATIO, is_signed=True)
    plain = Unit.SCORE if unit is Unit.SCORE_OF_FIVE else unit
    return figure(line.change_value, plain, is_signed=True)


def interval(found: Record, change_display: str, unit: Unit, prefix: str = "change") -> Cell:
    """Return the 95 % interval of a change, in the terms the change itself is shown in."""
    plain = Unit.SCORE if unit is Unit.SCORE_OF_FIVE else unit
    if change_display == "points":
        kind, plain = "value", Unit.POINTS
    elif change_display == "ratio" and _ratio_tells(found, prefix):
        kind, plain = "ratio", Unit.RATIO
    else:
        kind = "value"
    low, high = (
        number(found.get(f"{prefix}_{kind}_low")),
        number(found.get(f"{prefix}_{kind}_high")),
    )
    if low is None or high is None:
        return Cell(None, plain, missing="no interval")
    return Cell(low, plain, is_signed=True, high=high)


def _ratio_tells(found: Record, prefix: str) -> bool:
    """Return whether the interval of the ratio lies on the sides of zero that of the value does.

    A change is settled where both are; where they differ, the wider one has to be shown.
    """
    ends = [number(found.get(f"{prefix}_ratio_{end}")) for end in ("low", "high")]
    values = [number(found.get(f"{prefix}_value_{end}")) for end in ("low", "high")]
    return None not in ends and (_has_zero(ends) or not _has_zero(values))


def _has_zero(ends: Sequence[Decimal | float | int | None]) -> bool:
    known = [end for end in ends if end is not None]
    return bool(known) and min(known) <= 0 <= max(known)


def proven(line: Line, found: Record) -> Cell:
    """Return what may be said of a change, with the interval behind it, before its tick."""
    if not is_measured(line):
        return status_cell("not measurable")
    word = found.get("verdict", "not enough data")
    if word == "no clear change" and line.change_value == found["change_value_low"] == 0:
        word = "unchanged" if found["change_value_high"] == 0 else word
    return status_cell(word)


def is_measured(line: Line) -> bool:
    """Return whether both periods have a figure to compare."""
    return not line.missing_reason and line.change_value is not None


def why_missing(line: Line) -> str:
    """Return why nothing can be said of a line."""
    return line.missing_reason or "one of the two periods has no value"


def is_slight(line: Line) -> bool:
    """Return whether a line's change reads as zero at its usual decimals."""
    shown = change(line)
    value = number(shown.value)
    return value is not None and reads_as_zero(value, shown.unit)


def basis(line: Line) -> Cell:
    """Return how far a figure of one period can be relied on, or why there is none."""
    if line.phase_value is None:
        reason = line.missing_reason or "nothing was logged"
        return Cell(f"not measurable ❔ {reason}", tone=Tone.CAUTION)
    thin = few(line.sample_count).removeprefix(", on ")
    return Cell(thin, tone=Tone.CAUTION) if thin else text("measured")


def few(sample_count: int | None) -> str:
    """Return ", on only N samples" where there are too few to rely on, else nothing."""
    if sample_count is None or sample_count >= FEW_SAMPLES:
        return ""
    return f", on only {sample_count:,} sample{'' if sample_count == 1 else 's'}"


def written(value: object, unit: Unit) -> str:
    """Return a figure as it stands inside a sentence."""
    return format_value(number(value), unit)


def moved(ratio: float) -> str:
    """Return "fell 41.5%", "rose 64.2%" or "did not change"."""
    if ratio == 0:
        return "did not change"
    return f"{'fell' if ratio < 0 else 'rose'} {written(abs(ratio), Unit.RATIO)}"


def listed(phrases: list[str]) -> str:
    """Join phrases as a sentence does: "a, b and c"."""
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"
