"""What all drawings share: values as drawn, the ends and labels of axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tars_bench.reports.model import Chart, ChartKind
from tars_bench.reports.words.formatting import Unit, Value
from tars_bench.shared.text import printable

if TYPE_CHECKING:
    import altair

_SCALE: Final = {Unit.MILLISECONDS: 0.001}
_WIDE_SPREAD: Final = 50
"""Times that differ by more than this factor are drawn on a logarithmic axis."""
_LABEL_LENGTH: Final = 34


def rows_of(rows: list[dict[str, Any]]) -> altair.InlineData:
    """Return rows as the data of a layer."""
    import altair as alt

    return alt.InlineData(values=rows)


def shown(text: str) -> str:
    """Return a name short enough for a label, with nothing in it that cannot be shown."""
    flat = printable(text)
    return flat if len(flat) <= _LABEL_LENGTH else f"{flat[: _LABEL_LENGTH - 1]}…"


def drawn_value(value: Value, unit: Unit) -> float | None:
    """Return a value in the unit of its axis."""
    return None if value is None else float(str(value)) * _SCALE.get(unit, 1.0)


def values_of(chart: Chart) -> list[float]:
    """Return everything the vertical axis must reach."""
    drawn = [values for one in chart.series for _, _, values in one.columns]
    values = [drawn_value(value, chart.unit) for figures in drawn for value in figures]
    values += [drawn_value(level.value, chart.unit) for level in chart.levels]
    return [value for value in values if value is not None]


def is_logarithmic(chart: Chart) -> bool:
    """Return whether times lie too far apart for an even axis."""
    values = values_of(chart)
    is_time = chart.unit is Unit.MILLISECONDS and min(values) > 0
    return is_time and max(values) / min(values) > _WIDE_SPREAD


def extent(chart: Chart) -> tuple[float, float]:
    """Return the ends of the vertical axis: zero is one of them, with room above for names."""
    values = values_of(chart)
    if chart.kind is ChartKind.SHARE:
        return 0.0, 1.18
    if is_logarithmic(chart):
        return min(values) / 1.5, max(values) * 3
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.16 * (high - low or 1.0)
    return (low - room / 3 if low < 0 else 0.0), high + room


def axis_format(unit: Unit, span: float) -> str:
    """Return d3's format of an axis that spans so much."""
    if unit is Unit.RATIO:
        return ".0%" if span >= 0.05 else ".2%"
    digits = 0 if span >= 20 else 2 if span >= 0.2 else 4
    return f"$,.{digits}f" if unit in (Unit.USD, Unit.USD_FINE) else "~r"


def scale_of(names: list[str], range_: tuple[Any, ...]) -> altair.Scale:
    """Return a scale that gives each name its mark, in order."""
    import altair as alt

    return alt.Scale(domain=names, range=list(range_))
