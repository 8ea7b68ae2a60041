"""A chart of a report as a picture: described with altair, drawn by vl-convert, no browser.

Text of the charts is data of the description, never part of an expression or a field's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tars_bench.reports.charts.days import day_layers
from tars_bench.reports.charts.names import bar_layers, bridge_layers
from tars_bench.reports.charts.style import GRID, INK, MUTED, PAPER, WIDE, Size
from tars_bench.reports.model import Chart, ChartKind
from tars_bench.shared.text import printable

if TYPE_CHECKING:
    import altair

_IDS: Final = re.compile(r'(\bid="|url\(#|href="#)')


def svg(chart: Chart, size: Size) -> str:
    """Return the chart as one SVG element, its ids told apart from those of other charts."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(specification(chart, size), allowed_base_urls=[])
    return _IDS.sub(rf"\g<1>{chart.chart_id}-{size.name}-", drawn)


def picture_file(chart: Chart) -> str:
    """Return the chart as a file of its own, on paper: a page in dark mode may show it too."""
    import vl_convert

    document = {**specification(chart, WIDE), "background": PAPER}
    drawn: str = vl_convert.vegalite_to_svg(document, allowed_base_urls=[])
    return f"{drawn}\n"


def specification(chart: Chart, size: Size) -> dict[str, Any]:
    """Return the chart's Vega-Lite description."""
    if chart.kind is ChartKind.BAR:
        layers = bar_layers(chart, size)
    elif chart.kind is ChartKind.BRIDGE:
        layers = bridge_layers(chart, size)
    else:
        layers = day_layers(chart, size)
    return _document(layers, chart, size)


def _document(layers: list[altair.Chart], chart: Chart, size: Size) -> dict[str, Any]:
    import altair as alt

    drawing = alt.layer(*layers).properties(
        width=size.width,
        height=size.height,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        padding=4,
        background="transparent",
        description=printable(chart.alt),
    )
    styled = drawing.configure(font=size.font).configure_view(stroke=None)
    styled = styled.configure_axis(
        labelFontSize=size.font_size,
        titleFontSize=size.font_size,
        labelColor=MUTED,
        titleColor=MUTED,
        titleFontWeight="normal",
        gridColor=GRID,
        domainColor=MUTED,
        tickColor=MUTED,
    )
    styled = styled.configure_legend(
        orient="top",
        direction="vertical" if size.is_narrow else "horizontal",
        title=None,
        labelFontSize=size.font_size,
        labelColor=INK,
        labelLimit=size.width - 40,
        symbolStrokeWidth=2,
        symbolSize=70,
        symbolFillColor=None,
        columns=1 if size.is_narrow else 3,
    )
    document: dict[str, Any] = styled.to_dict(validate=False)
    return document
