"""A report in the terminal, with rich.

Figures are never cut off: columns of figures get the width they need, columns of words fold. Where
the names of the rows would fold too often, each stands on a line of its own above its figures; a
table that does not fit at all is written as one block of `column: value` lines per row.
"""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from math import sqrt

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as RichTable
from rich.text import Text

from tars_bench.reports.charts.terminal import chart_lines, has_blocks
from tars_bench.reports.model import Chart, Column, Report, Row, Section, Table, Tone
from tars_bench.shared.text import printable

_STYLES = {Tone.PLAIN: "", Tone.GOOD: "green", Tone.BAD: "red", Tone.CAUTION: "yellow"}
_READABLE_WIDTH = 100
_MAX_WORD_WIDTH = 24
_MAX_NAME_LINES = 2
_INDENT = 2
_GAP = 2
"""Columns between two cells: one of padding, one where the box would have its divider."""


def render(report: Report, width: int = 80) -> str:
    """Return the report as plain text of at most `width` columns, without colours."""
    stream = StringIO()
    print_report(report, Console(file=stream, width=width, color_system=None))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def print_report(report: Report, console: Console | None = None) -> None:
    """Print the report to a console; standard output when none is given."""
    target = console or Console()
    target.print(Text(printable(report.title), style="bold"))
    target.print(Rule(characters="═", style=""))
    _print_answers(target, report)
    for line in report.subtitle:
        _print_paragraph(target, Text(printable(line)))
    target.print()
    _print_conclusion(target, report)
    for section in report.opening:
        _print_opening(target, section)
    for section in report.sections:
        _print_section(target, section)
    if report.notes:
        _print_section(target, Section("notes", "Notes", notes=report.notes))
    _print_section(target, report.provenance)


def _print_answers(console: Console, report: Report) -> None:
    for warning in report.warnings:
        _print_paragraph(console, Text(printable(warning), style=f"bold {_STYLES[Tone.BAD]}"))
    for answer in report.answers:
        lead = Text(printable(answer.lead), style=f"bold {_STYLES[answer.tone]}")
        _print_paragraph(console, Text.assemble(lead, " ", printable(answer.rest)))
    if report.warnings or report.answers:
        console.print()


def _print_opening(console: Console, section: Section) -> None:
    """Print the tables of the first screen; their columns say what they are."""
    for table in section.tables:
        _print_table(console, table)
    for note in section.notes:
        _print_paragraph(console, Text(printable(note)))
    console.print()


def _print_conclusion(console: Console, report: Report) -> None:
    if report.verdict:
        verdict = report.verdict
        word = Text(f"{printable(verdict.word)}.", style=f"bold {_STYLES[verdict.tone]}")
        _print_paragraph(console, Text.assemble(word, " ", printable(verdict.sentence)))
        console.print()
    for paragraph in report.headline:
        _print_paragraph(console, Text(printable(paragraph)))
        console.print()


def _print_section(console: Console, section: Section) -> None:
    console.print(Text(printable(section.title).upper(), style="bold"))
    console.print(Rule(style="dim"))
    for number, table in enumerate(section.tables):
        if number:
            console.print()
        _print_table(console, table)
    for chart in section.charts:
        _print_chart(console, chart)
    for note in section.notes:
        _print_paragraph(console, Text(f"- {printable(note)}"), indent=2)
    console.print()


def _print_chart(console: Console, chart: Chart) -> None:
    console.print()
    is_plain = not has_blocks(console.encoding)
    title, *lines = chart_lines(chart, console.width, is_plain=is_plain)
    _print_paragraph(console, Text(title, style="italic"), indent=2)
    for line in lines:
        console.print(Text(line), overflow="fold", soft_wrap=False)


def _print_paragraph(console: Console, text: Text, indent: int = 0) -> None:
    room = min(console.width, _READABLE_WIDTH)
    for number, line in enumerate(text.wrap(console, room - indent)):
        line.rstrip()
        console.print(Padding(line, (0, 0, 0, indent if number else 0)), soft_wrap=False)


def _print_table(console: Console, table: Table) -> None:
    if table.title:
        console.print(Text(printable(table.title), style="italic"))
    shown = _without_details(table, console.width)
    widths = column_widths(shown, console.width)
    if widths is not None and not _folds_much(shown, widths[0]):
        console.print(_rich_table(shown, widths))
        return
    rest = _without_names(shown)
    widths = column_widths(rest, console.width - _INDENT) if rest.columns else None
    if widths is None:
        _print_blocks(console, table)
    else:
        _print_stacked(console, shown, rest, widths)


def _folds_much(table: Table, width: int) -> bool:
    """Return whether the names of many rows would take more lines than are easily read."""
    names = [cell_len(printable(row.cells[0].text)) for row in table.rows]
    return 3 * sum(name > _MAX_NAME_LINES * width for name in names) > len(names)


def _without_names(table: Table) -> Table:
    rows = [replace(row, cells=row.cells[1:]) for row in table.rows]
    return Table(table.columns[1:], tuple(rows))


def _print_stacked(console: Console, table: Table, rest: Table, widths: list[int]) -> None:
    """Print each row's name on a line of its own, its other cells in columns below."""
    head = _rich_table(replace(rest, rows=()), widths)
    console.print(Padding(head, (0, 0, 0, _INDENT)))
    for row, cells in zip(table.rows, rest.rows, strict=True):
        style = "bold" if row.is_total else ""
        _print_paragraph(console, Text(printable(row.cells[0].text), style=style), indent=_INDENT)
        body = _rich_table(replace(rest, rows=(cells,)), widths)
        body.show_header = False
        console.print(Padding(body, (0, 0, 0, _INDENT)))


def _without_details(table: Table, width: int) -> Table:
    """Leave details out, the last first, until figures stand whole and words fold little."""
    kept = list(range(len(table.columns)))
    details = [index for index in kept if table.columns[index].is_detail]
    while details and _easy_width(table, kept) > width:
        kept.remove(details.pop())
    rows = [replace(row, cells=tuple(row.cells[index] for index in kept)) for row in table.rows]
    return replace(table, columns=tuple(table.columns[index] for index in kept), rows=tuple(rows))


def _easy_width(table: Table, indexes: list[int]) -> int:
    wanted = [
        _figure_width(table, index)
        if table.columns[index].is_numeric
        else min(_natural_width(table, index), _MAX_WORD_WIDTH)
        for index in indexes
    ]
    return sum(wanted) + _GAP * (len(indexes) - 1)


def column_widths(table: Table, width: int) -> list[int] | None:
    """Return the width of each column, or None when the figures alone need more than `width`."""
    room = width - _GAP * (len(table.columns) - 1)
    natural = [_natural_width(table, index) for index in range(len(table.columns))]
    needed = [
        _figure_width(table, index) if column.is_numeric else _word_width(table, index)
        for index, column in enumerate(table.columns)
    ]
    if sum(needed) > room:
        return None
    return _grown(needed, natural, room - sum(needed))


def _grown(needed: list[int], natural: list[int], spare: int) -> list[int]:
    """Hand out the spare width one by one to the columns that want more, longer texts first."""
    widths = list(needed)
    for _ in range(spare):
        wanting = [index for index, width in enumerate(widths) if width < natural[index]]
        if not wanting:
            break
        widths[min(wanting, key=lambda index: widths[index] / sqrt(natural[index]))] += 1
    return widths


def _natural_width(table: Table, index: int) -> int:
    texts = [table.columns[index].title, *(row.cells[index].text for row in table.rows)]
    return max(cell_len(printable(text)) for text in texts)


def _word_width(table: Table, index: int) -> int:
    texts = [table.columns[index].title, *(row.cells[index].text for row in table.rows)]
    words = [word for text in texts for word in printable(text).split()]
    return min(max(map(cell_len, words), default=1), _MAX_WORD_WIDTH)


def _figure_width(table: Table, index: int) -> int:
    words = table.columns[index].title.split()
    figures = [row.cells[index].text for row in table.rows if row.cells[index].value is not None]
    reasons = [row.cells[index].text for row in table.rows if row.cells[index].value is None]
    texts = [*words, *figures, *(word for reason in reasons for word in reason.split())]
    return max((cell_len(printable(text)) for text in texts), default=1)


def _rich_table(table: Table, widths: list[int]) -> RichTable:
    grid = RichTable(
        box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), pad_edge=False, show_edge=False
    )
    for column, width in zip(table.columns, widths, strict=True):
        _add_column(grid, column, width)
    for row in table.rows:
        if row.is_total:
            grid.add_section()
        grid.add_row(*_texts(row), style="bold" if row.is_total else "")
    return grid


def _add_column(grid: RichTable, column: Column, width: int) -> None:
    grid.add_column(
        Text(printable(column.title)),
        justify="right" if column.is_numeric else "left",
        width=width,
        overflow="fold",
    )


def _texts(row: Row) -> Iterator[Text]:
    for cell in row.cells:
        yield Text(printable(cell.text), style=_STYLES[cell.tone])


def _print_blocks(console: Console, table: Table) -> None:
    for row in table.rows:
        for column, text in zip(table.columns, _texts(row), strict=True):
            line = Text.assemble(f"{printable(column.title)}: ", text)
            _print_paragraph(console, line, indent=2)
        console.print()
