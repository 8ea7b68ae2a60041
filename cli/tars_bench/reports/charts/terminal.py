"""Charts in characters: a sparkline per series over days, a bar per name.

Each line ends in figures, so that nothing has to be read off the blocks. Where the output's
encoding has no blocks, plain signs stand in for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from rich.cells import cell_len, set_cell_size

from tars_bench.reports.model import Cell, Chart, ChartKind, Series
from tars_bench.reports.words.formatting import Unit, Value, format_value
from tars_bench.shared.text import printable

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_PLAIN_BLOCKS: Final = "_.-=+*%#"
_PARTS: Final = "▏▎▍▌▋▊▉█"
_GAP: Final = " "
_MAX_NAME: Final = 32
_MAX_MARKS: Final = 60
_LEAST_MARKS: Final = 8


def has_blocks(encoding: str | None) -> bool:
    """Return whether an output's encoding can write the blocks."""
    try:
        f"{_BLOCKS}{_PARTS}".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def chart_lines(chart: Chart, width: int, *, is_plain: bool = False) -> Iterator[str]:
    """Yield the lines of a chart, none wider than `width` where that leaves room to draw.

    Args:
        chart: What to show.
        width: How many columns there are.
        is_plain: Whether to do without block characters.
    """
    yield printable(f"{chart.title} ({_what(chart)})")
    if chart.kind in (ChartKind.BAR, ChartKind.BRIDGE):
        yield from _bars(chart, width, is_plain=is_plain)
    else:
        yield from _sparklines(chart, width, is_plain=is_plain)


def _what(chart: Chart) -> str:
    days = [one for one in chart.positions if isinstance(one, date)]
    if not days:
        return chart.value_title
    span = f"{days[0]} to {days[-1]}" if len(days) > 1 else f"{days[0]}"
    return f"{chart.value_title}, {span}"


def _sparklines(chart: Chart, width: int, *, is_plain: bool) -> Iterator[str]:
    names = [_short(one.name) for one in chart.series]
    name_width = max(map(cell_len, names))
    ranges = [_range(one, chart.unit) for one in chart.series]
    room = width - name_width - max(map(len, ranges)) - 4
    marks = max(_LEAST_MARKS, min(room, _MAX_MARKS, len(chart.positions)))
    top = _top(chart)
    for name, one, span in zip(names, chart.series, ranges, strict=True):
        line = _sparkline(_means(one.values, marks), top, is_plain=is_plain)
        yield f"{set_cell_size(name, name_width)}  {line}  {span}"
    for one in chart.series:
        if one.lows:
            band = Cell(one.lows[-1], chart.unit, high=one.highs[-1]).text
            yield f"95% band of the last day: {band}"
    days_per_mark = -(-len(chart.positions) // marks)
    if days_per_mark > 1:
        yield f"each mark is the mean of up to {days_per_mark} days"
    if chart.levels:
        lines = [f"{one.name} {format_value(one.value, chart.unit)}" for one in chart.levels]
        yield printable(" · ".join(lines) if not is_plain else "; ".join(lines))


def _short(name: str) -> str:
    flat = printable(name)
    return flat if cell_len(flat) <= _MAX_NAME else f"{set_cell_size(flat, _MAX_NAME - 3)}..."


def _range(series: Series, unit: Unit) -> str:
    known = [value for value in series.values if value is not None]
    first, last = (format_value(one, unit) for one in (known[0], known[-1]))
    return f"{first} to {last}" if len(known) > 1 else last


def _top(chart: Chart) -> float:
    values = [
        abs(float(one)) for series in chart.series for one in series.values if one is not None
    ]
    return max(values, default=0.0)


def _means(values: Sequence[Value], count: int) -> list[float | None]:
    """Return the mean of each of `count` stretches of days, None where nothing is known."""
    ends = [round(index * len(values) / count) for index in range(count + 1)]
    means: list[float | None] = []
    for start, end in pairwise(ends):
        known = [float(str(one)) for one in values[start:end] if one is not None]
        means.append(sum(known) / len(known) if known else None)
    return means


def _sparkline(values: Sequence[float | None], top: float, *, is_plain: bool) -> str:
    """Draw values from zero up; where some are below zero, from the lowest."""
    blocks = _PLAIN_BLOCKS if is_plain else _BLOCKS
    low = min([0.0, *(one for one in values if one is not None)])
    high = max([0.0 if low < 0 else top, *(one for one in values if one is not None)])
    span = high - low
    return "".join(
        _GAP if one is None else blocks[round((one - low) / span * 7) if span else 0]
        for one in values
    )


def _bars(chart: Chart, width: int, *, is_plain: bool) -> Iterator[str]:
    rows = list(_bar_rows(chart))
    name_width = max(cell_len(name) for name, _, _ in rows)
    text_width = max(len(text) for _, text, _ in rows)
    top = max((abs(value) for _, _, value in rows), default=0.0)
    room = max(_LEAST_MARKS, min(40, width - name_width - text_width - 4))
    for name, text, value in rows:
        bar = _bar(abs(value) / top * room if top else 0.0, is_plain=is_plain)
        yield f"{set_cell_size(name, name_width)}  {text:>{text_width}}  {bar}".rstrip()


def _bar_rows(chart: Chart) -> Iterator[tuple[str, str, float]]:
    is_bridge = chart.kind is ChartKind.BRIDGE
    last = len(chart.positions) - 1
    for index, position in enumerate(chart.positions):
        for one in chart.series:
            value = one.values[index]
            is_step = is_bridge and 0 < index < last
            suffix = f", {one.name.lower()}" if len(chart.series) > 1 else ""
            text = Cell(value, chart.unit, is_signed=is_step).text
            yield _short(f"{position}{suffix}"), text, float(value or 0)


def _bar(length: float, *, is_plain: bool) -> str:
    if is_plain:
        return "#" * round(length)
    eighths = round(length * 8)
    whole, rest = divmod(eighths, 8)
    return _PARTS[7] * whole + (_PARTS[rest - 1] if rest else "")
