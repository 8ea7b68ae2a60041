"""Charts over names: bars side by side, and the bridge from a first figure to a last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tars_bench.reports.charts.axes import (
    axis_format,
    drawn_value,
    extent,
    rows_of,
    scale_of,
    shown,
)
from tars_bench.reports.charts.style import FALL, INK, MUTED, RISE, SERIES, SHADE, Size
from tars_bench.reports.model import Cell, Chart
from tars_bench.shared.text import printable

if TYPE_CHECKING:
    import altair


def bar_layers(chart: Chart, size: Size) -> list[altair.Chart]:
    """Draw bars from the left, one per name and series, each with its figure at its end."""
    import altair as alt

    names = [shown(one.name) for one in chart.series]
    rows = [
        {
            "name": shown(str(position)),
            "series": names[order],
            "value": drawn_value(one.values[index], chart.unit) or 0.0,
            "text": chart.text(one, index),
            "says": printable(f"{position} | {one.name}: {chart.text(one, index)}"),
        }
        for order, one in enumerate(chart.series)
        for index, position in enumerate(chart.positions)
    ]
    low, high = extent(chart)
    base = alt.Chart(rows_of(rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=_name_axis(size)),
        x=alt.X(
            "value:Q",
            title=printable(chart.value_title),
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=alt.Axis(format=axis_format(chart.unit, high - low), tickCount=5),
        ),
        yOffset=alt.YOffset("series:N", sort=names),
    )
    legend = alt.Legend() if len(names) > 1 else None
    bars = base.mark_bar(stroke=INK, strokeWidth=0.8).encode(
        color=alt.Color("series:N", scale=scale_of(names, (SERIES[0], SHADE)), legend=legend),
        description="says:N",
    )
    figures = base.mark_text(
        align="left", dx=4, fontSize=size.font_size, font=size.font, color=INK, aria=False
    ).encode(text="text:N")
    return [bars, figures]


def _name_axis(size: Size) -> altair.Axis:
    import altair as alt

    return alt.Axis(labelLimit=size.width // 3, ticks=False, domain=False, labelColor=INK)


def bridge_layers(chart: Chart, size: Size) -> list[altair.Chart]:
    """Draw the first and last figure from zero, and each step between from where it starts."""
    import altair as alt

    rows = list(_bridge_rows(chart))
    base = alt.Chart(rows_of(rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=_name_axis(size))
    )
    ends = [value for row in rows for value in (row["start"], row["end"])]
    room = 0.14 * (max(ends) - min(0.0, *ends) or 1.0)
    scale = alt.Scale(domain=[min(0.0, *ends), max(ends) + room], nice=False)
    axis = alt.Axis(format=axis_format(chart.unit, max(ends)), tickCount=5)
    kinds = alt.Scale(domain=["total", "rise", "fall"], range=[MUTED, RISE, FALL])
    bars = base.mark_bar(stroke=INK, strokeWidth=0.6).encode(
        x=alt.X("start:Q", scale=scale, axis=axis, title=printable(chart.value_title)),
        x2="end:Q",
        color=alt.Color("kind:N", scale=kinds, legend=None),
        description="says:N",
    )
    figures = base.mark_text(
        align="left", dx=4, fontSize=size.font_size, font=size.font, color=INK, aria=False
    ).encode(x=alt.X("right:Q", scale=scale), text="text:N")
    return [bars, figures]


def _bridge_rows(chart: Chart) -> Iterator[dict[str, Any]]:
    series = chart.series[0]
    amounts = [drawn_value(value, chart.unit) or 0.0 for value in series.values]
    reached = 0.0
    for index, (position, amount) in enumerate(zip(chart.positions, amounts, strict=True)):
        is_total = index in (0, len(amounts) - 1)
        start, end = (0.0, amount) if is_total else (reached, reached + amount)
        reached = end
        text = Cell(series.values[index], chart.unit, is_signed=not is_total).text
        yield {
            "name": shown(str(position)),
            "start": start,
            "end": end,
            "right": max(start, end),
            "kind": "total" if is_total else "rise" if amount > 0 else "fall",
            "text": text,
            "says": printable(f"{position} | {text}"),
        }
