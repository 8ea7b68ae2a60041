"""The dashboard in the terminal: one column in a narrow window, two in a wide one."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from tars_bench.reports.documents.dashboard import Dashboard
from tars_bench.reports.model import Cell, Row, Section, Tone, number
from tars_bench.reports.words.formatting import Unit, format_value
from tars_bench.shared.text import printable

_WIDE = 120
_GAP = 4
_BAR = 24
_STATUS_WIDTH = 17
_SPARKS = "▁▂▃▄▅▆▇█"
_STYLES = {Tone.PLAIN: "", Tone.GOOD: "green", Tone.BAD: "red", Tone.CAUTION: "yellow"}


def render(dashboard: Dashboard, width: int = 80) -> str:
    """Return the dashboard as plain text of at most `width` columns, without colours."""
    stream = StringIO()
    console = Console(file=stream, width=width, color_system=None)
    console.print(renderable(dashboard, width))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def renderable(dashboard: Dashboard, width: int, status: str = "") -> RenderableType:
    """Return the dashboard for a rich console or a live view.

    Args:
        dashboard: What to show.
        width: Columns there are.
        status: A line at its head, saying what a live view is doing.
    """
    return Group(*_head(dashboard, status), *_body(dashboard, width))


def _head(dashboard: Dashboard, status: str) -> Iterator[RenderableType]:
    report = dashboard.report
    yield Text(printable(report.title), style="bold")
    yield Rule(characters="═", style="")
    yield Text(printable("   ".join(report.subtitle)))
    if report.verdict:
        verdict = report.verdict
        word = Text(printable(verdict.word), style=f"bold {_STYLES[verdict.tone]}")
        yield Text.assemble(word, "  ", printable(verdict.sentence))
    if status:
        yield Text(printable(status), style="dim")
    yield Text()


def _body(dashboard: Dashboard, width: int) -> Iterator[RenderableType]:
    blocks = {one.section_id: one for one in dashboard.report.sections}
    if width < _WIDE:
        for section_id in blocks:
            yield _block(dashboard, blocks[section_id], width)
        return
    half = (width - _GAP) // 2
    for left, right in (("month", "hour"), ("models", "savings")):
        grid = Grid.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(width=half)
        grid.add_column(width=half)
        pair = [_block(dashboard, blocks[name], half) for name in (left, right)]
        grid.add_row(*pair)
        yield grid
    yield _block(dashboard, blocks["alerts"], width)


def _block(dashboard: Dashboard, section: Section, width: int) -> RenderableType:
    lines: list[RenderableType] = [
        Text(printable(section.title), style="bold"),
        Rule(style="dim"),
        *_LINES[section.section_id](section, width),
    ]
    if section.section_id == "month":
        lines.extend(_trend(dashboard))
    lines.extend(_beside("-", Text(printable(note)), style="dim") for note in section.notes)
    lines.append(Text(""))
    return Group(*lines)


def _beside(mark: Text | str, said: Text, width: int = 1, style: str = "") -> RenderableType:
    """Return a mark with text beside it whose further lines are indented."""
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=width)
    grid.add_column(overflow="fold")
    grid.add_row(mark, said, style=style)
    return grid


def _rows(section: Section) -> tuple[Row, ...]:
    return section.tables[0].rows


def _padded(texts: list[str]) -> list[str]:
    width = max((cell_len(one) for one in texts), default=0)
    return [one + " " * (width - cell_len(one)) for one in texts]


def _labels(section: Section) -> list[str]:
    return _padded([printable(row.cells[0].text) for row in _rows(section)])


def _month_lines(section: Section, width: int) -> Iterator[RenderableType]:
    values = _padded([row.cells[1].text for row in _rows(section)])
    for label, value, row in zip(_labels(section), values, _rows(section), strict=True):
        _, _, change, baseline = row.cells
        yield Text(f"{label}  {value}  {printable(change_words(change, baseline))}".rstrip())


def change_words(change: Cell, baseline: Cell) -> str:
    """Return "DOWN 42.2% from $258.00", or why nothing can be said."""
    ratio = number(change.value)
    if ratio is None:
        return f"not comparable: {change.text}"
    if ratio == 0:
        return f"UNCHANGED from {baseline.text}"
    size = format_value(-ratio if ratio < 0 else ratio, Unit.RATIO)
    return f"{'DOWN' if ratio < 0 else 'UP'} {size} from {baseline.text}"


def call_words(calls: Cell, cost: Cell) -> str:
    """Return "90 calls, $4.45"; "1 call, not known"."""
    noun = "call" if calls.value == 1 else "calls"
    return f"{calls.text} {noun}, {cost.text}"


def _trend(dashboard: Dashboard) -> Iterator[RenderableType]:
    costs = [None if one.cost_usd is None else float(one.cost_usd) for one in dashboard.trend]
    top = max((cost for cost in costs if cost is not None), default=0)
    if len(costs) < 2 or not top:
        return
    marks = "".join("·" if cost is None else _spark(cost / top) for cost in costs)
    highest = format_value(top, Unit.USD)
    yield Text(f"Daily cost  {marks}  highest {highest}")


def _spark(ratio: float) -> str:
    return _SPARKS[max(0, min(7, int(ratio * 7.999)))]


def _hour_lines(section: Section, width: int) -> Iterator[RenderableType]:
    values = _padded([row.cells[1].text for row in _rows(section)])
    for label, value, row in zip(_labels(section), values, _rows(section), strict=True):
        yield Text.assemble(f"{label}  {printable(value)}  ", (f"on {row.cells[2].text}", "dim"))


def _model_lines(section: Section, width: int) -> Iterator[RenderableType]:
    names = _labels(section)
    shares = _padded([row.cells[1].text for row in _rows(section)])
    room = max(8, min(_BAR, width - 40))
    for name, share, row in zip(names, shares, _rows(section), strict=True):
        filled = round(float(number(row.cells[1].value) or 0) * room)
        bar = "█" * filled + "░" * (room - filled)
        calls = call_words(row.cells[2], row.cells[3])
        yield Text.assemble(f"{name}  ", (bar, "cyan"), f"  {share}  {calls}")
        logged = printable(row.cells[4].text)
        yield Text(f"  {logged}", style="dim", overflow="fold")


def _saving_lines(section: Section, width: int) -> Iterator[RenderableType]:
    labels = _labels(section)
    figures = _padded([row.cells[1].text for row in _rows(section)])
    for place, (label, saved, row) in enumerate(
        zip(labels, figures, _rows(section), strict=True), start=1
    ):
        if row.is_total:
            yield Text("   " + "─" * (cell_len(label) + cell_len(saved) + 8), style="dim")
            share = f" ({row.cells[3].text} of the day's cost)"
            yield Text(f"   {label}  {saved}{_saved(row, share)}", style="bold")
        else:
            yield Text(f"{place}. {label}  {saved}{_saved(row)}")


def _saved(row: Row, share: str = "") -> str:
    return "" if row.cells[1].value is None else f" saved{share}"


def _alert_lines(section: Section, width: int) -> Iterator[RenderableType]:
    for row in _rows(section):
        status, label, observed, limit, window = row.cells
        reason = f"{observed.text}; alerts when {limit.text}, over the {window.text}"
        said = Text.assemble(f"{printable(label.text)} ", (f"({printable(reason)})", "dim"))
        word = Text(printable(status.text), style=_STYLES[status.tone])
        yield _beside(word, said, width=_STATUS_WIDTH)


_LINES = {
    "month": _month_lines,
    "hour": _hour_lines,
    "models": _model_lines,
    "savings": _saving_lines,
    "alerts": _alert_lines,
}
