"""Cells and phrases that several sections share: units of metrics, verdict words, changes."""

from tars_bench.reports.formatting import Unit, Value, format_value
from tars_bench.reports.model import Cell, Tone, number
from tars_bench.reports.records import Line

FEW_SAMPLES = 30
"""Below this a mean or a share says little; the report says so beside the figure."""

_UNITS = {
    "usd": Unit.USD,
    "ms": Unit.MILLISECONDS,
    "ratio": Unit.RATIO,
    "count": Unit.COUNT,
    "tokens": Unit.TOKENS,
    "score": Unit.SCORE,
    "days": Unit.COUNT,
}
_UNITS_OF_METRICS = {
    "cost_per_api_call": Unit.USD_FINE,
    "cost_per_task": Unit.USD_FINE,
    "user_satisfaction_avg": Unit.SCORE_OF_FIVE,
}
_VERDICTS = {
    "improved": ("improved ✅", Tone.GOOD),
    "regressed": ("regressed ❌", Tone.BAD),
    "unchanged": ("unchanged", Tone.PLAIN),
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


def change(line: Line) -> Cell:
    """Return the change of a line as its layout asks: per cent, points or in its own unit."""
    unit = unit_of(line.metric_id, line.unit)
    if line.change_display == "points":
        return figure(line.change_value, Unit.POINTS)
    if line.change_display == "ratio" and line.change_ratio is not None:
        return figure(line.change_ratio, Unit.RATIO, is_signed=True)
    plain = Unit.SCORE if unit is Unit.SCORE_OF_FIVE else unit
    return figure(line.change_value, plain, is_signed=True)


def verdict(line: Line) -> Cell:
    """Return the verdict in a word before its tick, or why nothing can be said."""
    if line.missing_reason or line.change_value is None:
        reason = line.missing_reason or "one of the two periods has no value"
        return Cell(f"not measurable ❔ {reason}", tone=Tone.CAUTION)
    word, tone = _VERDICTS.get(line.verdict_word or "", ("neutral", Tone.PLAIN))
    return Cell(f"{word}{few(line.least_sample_count)}", tone=tone)


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
