"""Charts over calendar days: lines, shares, the phases behind them, lines to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tars_bench.reports.charts.axes import (
    axis_format,
    drawn_value,
    extent,
    is_logarithmic,
    rows_of,
    scale_of,
    shown,
)
from tars_bench.reports.charts.style import (
    DASHES,
    INK,
    MUTED,
    PAPER,
    SERIES,
    SHADE,
    SHADE_COMPARED,
    SHAPES,
    STACK,
    Size,
)
from tars_bench.reports.model import Cell, Chart, ChartKind, Series
from tars_bench.shared.text import printable

if TYPE_CHECKING:
    import altair


def day_layers(chart: Chart, size: Size) -> list[altair.Chart]:
    """Return the layers of a chart over days, the lowest first."""
    layers = [_shades(chart)] if chart.regions else []
    if chart.kind is ChartKind.SHARE:
        layers.append(_shares(chart, size))
    else:
        layers += _lines(chart, size)
    layers += [_level_rules(chart), _level_texts(chart, size)] if chart.levels else []
    layers += [_region_names(chart, size)] if chart.regions else []
    return [*layers, _readings(chart)]


def _days(chart: Chart) -> list[date]:
    return [one for one in chart.positions if isinstance(one, date)]


def _instant(day: date, hours: int = 0) -> str:
    return f"{(datetime.combine(day, time()) + timedelta(hours=hours)).isoformat()}Z"


def _x(chart: Chart, size: Size | None = None, field: str = "day") -> altair.X:
    import altair as alt

    days = _days(chart)
    scale = alt.Scale(
        type="utc", domain=[_instant(days[0], -12), _instant(days[-1], 12)], nice=False
    )
    if size is None:
        return alt.X(f"{field}:T", scale=scale)
    step = -(-len(days) // size.label_count)
    axis = alt.Axis(
        values=[_instant(day) for day in days[::step]],
        format="%-d %b",
        title=printable(chart.position_title),
        grid=False,
        labelOverlap=True,
    )
    return alt.X(f"{field}:T", scale=scale, axis=axis)


def _y(chart: Chart, field: str = "value") -> altair.Y:
    import altair as alt

    low, high = extent(chart)
    title = printable(chart.value_title)
    if is_logarithmic(chart):
        axis = alt.Axis(title=f"{title}, logarithmic axis", format=",~r", tickCount=5)
        return alt.Y(f"{field}:Q", scale=alt.Scale(type="log", domain=[low, high]), axis=axis)
    axis = alt.Axis(title=title, format=axis_format(chart.unit, high - low), tickCount=5)
    if chart.kind is ChartKind.SHARE:
        axis.values = [0, 0.25, 0.5, 0.75, 1]
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=axis)


def _shades(chart: Chart) -> altair.Chart:
    import altair as alt

    rows = [
        {
            "start": _instant(one.first_date, -12),
            "end": _instant(one.last_date, 12),
            "shade": SHADE_COMPARED if one.is_compared else SHADE,
        }
        for one in chart.regions
    ]
    drawn: altair.Chart = (
        alt.Chart(rows_of(rows))
        .mark_rect(stroke=PAPER, strokeWidth=2, fillOpacity=0.75, aria=False)
        .encode(x=_x(chart, field="start"), x2="end:T", color=alt.Color("shade:N", scale=None))
    )
    return drawn


def _region_names(chart: Chart, size: Size) -> altair.Chart:
    """Name each phase at the top, on two lines where names are wider than their phases."""
    import altair as alt

    days = len(_days(chart))
    day_width = (size.width - 60) / days
    widths = [((one.last_date - one.first_date).days + 1) * day_width for one in chart.regions]
    names = [shown(one.name) for one in chart.regions]
    needed = [len(name) * size.character_width for name in names]
    is_tight = any(want > have for want, have in zip(needed, widths, strict=True))
    rows = [
        {"day": _instant(one.first_date, -12), "name": name, "line": index % 2 if is_tight else 0}
        for index, (one, name) in enumerate(zip(chart.regions, names, strict=True))
    ]
    drawn: altair.Chart = (
        alt.Chart(rows_of(rows))
        .mark_text(
            align="left",
            baseline="top",
            dx=3,
            fontSize=size.font_size - 1,
            color=MUTED,
            aria=False,
            font=size.font,
        )
        .encode(
            x=_x(chart),
            y=alt.value(3),
            yOffset=alt.YOffset("line:Q", scale=alt.Scale(domain=[0, 1], range=[0, 12])),
            text="name:N",
        )
    )
    return drawn


def _line_rows(chart: Chart) -> list[dict[str, Any]]:
    return [row for one in chart.series for row in _rows_of_series(chart, one)]


def _legend_name(one: Series) -> str:
    return f"{shown(one.name)} (shaded: 95%)" if one.lows else shown(one.name)


def _rows_of_series(chart: Chart, one: Series) -> Iterator[dict[str, Any]]:
    """Yield a row per day, and an empty one where days are left out: no line leads over them."""
    days = _days(chart)
    for index, day in enumerate(days):
        ends = (one.lows[index], one.highs[index]) if one.lows else (None, None)
        low, high = (drawn_value(end, chart.unit) for end in ends)
        row = {"day": _instant(day), "series": _legend_name(one), "low": low, "high": high}
        yield {**row, "value": drawn_value(one.values[index], chart.unit)}
        if index + 1 < len(days) and (days[index + 1] - day).days > 1:
            gap = _instant(day + timedelta(days=1))
            yield {**row, "day": gap, "value": None, "low": None, "high": None}


def _lines(chart: Chart, size: Size) -> list[altair.Chart]:
    """Draw a line per series, broken where a day has no value, a point per day, its band."""
    import altair as alt

    names = [_legend_name(one) for one in chart.series]
    legend = alt.Legend(symbolStrokeWidth=0) if len(names) > 1 else None
    base = alt.Chart(rows_of(_line_rows(chart))).encode(
        x=_x(chart, size),
        y=_y(chart),
        color=alt.Color("series:N", scale=scale_of(names, SERIES), legend=legend, sort=None),
    )
    lines = base.mark_line(strokeWidth=2, aria=False, invalid="break-paths-filter-domains")
    bands = base.encode(y=_y(chart, field="low"), y2="high:Q").mark_area(
        opacity=0.18, line=False, aria=False, invalid="break-paths-filter-domains"
    )
    points = base.mark_point(filled=True, opacity=1, size=_point_size(chart, size), aria=False)
    return [
        *([bands] if any(one.lows for one in chart.series) else []),
        lines.encode(
            strokeDash=alt.StrokeDash("series:N", scale=scale_of(names, DASHES), legend=None)
        ),
        points.encode(shape=alt.Shape("series:N", scale=scale_of(names, SHAPES), legend=legend)),
    ]


def _point_size(chart: Chart, size: Size) -> int:
    room = size.width / max(1, len(chart.positions))
    return 36 if room > 14 else 16 if room > 7 else 6


def _shares(chart: Chart, size: Size) -> altair.Chart:
    """Draw shares as bars side by side: a day without calls stays empty."""
    import altair as alt

    names = [shown(one.name) for one in chart.series]
    drawn: altair.Chart = (
        alt.Chart(rows_of(list(_share_rows(chart))))
        .mark_rect(stroke=PAPER, strokeWidth=0.8, aria=False)
        .encode(
            x=_x(chart, size, field="start"),
            x2="end:T",
            y=_y(chart, field="low"),
            y2="high:Q",
            color=alt.Color("series:N", scale=scale_of(names, STACK), sort=None),
        )
    )
    return drawn


def _share_rows(chart: Chart) -> Iterator[dict[str, Any]]:
    for index, day in enumerate(_days(chart)):
        reached = 0.0
        for one in chart.series:
            share = drawn_value(one.values[index], chart.unit) or 0.0
            yield {
                "start": _instant(day, -11),
                "end": _instant(day, 11),
                "low": reached,
                "high": min(1.0, reached + share),
                "series": shown(one.name),
            }
            reached += share


def _level_names(chart: Chart, size: Size) -> list[str]:
    """Name each line, where there is room with its figure."""
    if size.is_narrow:
        return [shown(one.name) for one in chart.levels]
    return [f"{shown(one.name)}: {Cell(one.value, chart.unit).text}" for one in chart.levels]


def _level_rules(chart: Chart) -> altair.Chart:
    import altair as alt

    rows = [
        {
            "value": drawn_value(one.value, chart.unit),
            "kind": "target" if one.is_target else "baseline",
        }
        for one in chart.levels
    ]
    kinds = alt.Scale(domain=["baseline", "target"], range=[[1, 0], [5, 4]])
    drawn: altair.Chart = (
        alt.Chart(rows_of(rows))
        .mark_rule(color=INK, strokeWidth=1.2, aria=False)
        .encode(y=_y(chart), strokeDash=alt.StrokeDash("kind:N", scale=kinds, legend=None))
    )
    return drawn


def _level_texts(chart: Chart, size: Size) -> altair.Chart:
    """Name each line right of its end, names moved apart where lines are close."""
    import altair as alt

    low, high = extent(chart)
    gap = (high - low) * (size.font_size + 3) / (size.height - 70)
    named = zip(_level_names(chart, size), chart.levels, strict=True)
    rows: list[dict[str, Any]] = []
    for name, one in sorted(named, key=lambda pair: float(pair[1].value)):
        value = drawn_value(one.value, chart.unit) or 0.0
        rows.append({"name": name, "value": max(value, rows[-1]["value"] + gap) if rows else value})
    drawn: altair.Chart = (
        alt.Chart(rows_of(rows))
        .mark_text(
            align="left",
            dx=4,
            fontSize=size.font_size,
            font=size.font,
            color=INK,
            aria=False,
            clip=False,
        )
        .encode(x=alt.value("width"), y=_y(chart), text="name:N")
    )
    return drawn


def _readings(chart: Chart) -> altair.Chart:
    """Lay an invisible column over each day, which says what its figures are."""
    import altair as alt

    rows = [
        {"start": _instant(day, -12), "end": _instant(day, 12), "says": _reading(chart, index, day)}
        for index, day in enumerate(_days(chart))
    ]
    drawn: altair.Chart = (
        alt.Chart(rows_of(rows))
        .mark_rect(opacity=0, fill=PAPER)
        .encode(x=_x(chart, field="start"), x2="end:T", description="says:N")
    )
    return drawn


def _reading(chart: Chart, index: int, day: date) -> str:
    phases = [one.name for one in chart.regions if one.first_date <= day <= one.last_date]
    head = " · ".join([f"{day:%a} {day.isoformat()}", *phases])
    figures = [f"{one.name}: {chart.text(one, index)}" for one in chart.series]
    return printable(" | ".join([head, *figures]))
