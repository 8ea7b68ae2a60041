"""A report as one tidy CSV file: a line per cell and per point of a chart, for spreadsheets.

Texts that a spreadsheet would take for a formula begin with an apostrophe; figures do not.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Final

from tars_bench.reports.model import Cell, Chart, Report, Section, Table
from tars_bench.shared.text import csv_cell, printable

COLUMNS: Final = (
    "section_id",
    "section",
    "item",
    "row_id",
    "row",
    "column_id",
    "column",
    "value",
    "value_high",
    "unit",
    "text",
)
"""What a line says; `item` is the table or chart within its section."""


def render(report: Report) -> str:
    """Return the report as CSV with a header line, the same bytes for the same report."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(report))
    return stream.getvalue()


def _lines(report: Report) -> Iterator[list[str]]:
    yield from _words("title", [report.title])
    yield from _words("subtitle", report.subtitle)
    if report.verdict:
        yield from _words("verdict", [report.verdict.word, report.verdict.sentence])
    yield from _words("warnings", report.warnings)
    yield from _words("answers", [answer.sentence for answer in report.answers])
    yield from _words("headline", report.headline)
    for section in (*report.opening, *report.sections):
        yield from _section_lines(section)
    yield from _words("notes", report.notes)
    yield from _section_lines(report.provenance)


def _words(
    section_id: str, texts: tuple[str, ...] | list[str], section: str = ""
) -> Iterator[list[str]]:
    for number, text in enumerate(texts, start=1):
        words = _safe(text)
        head = [section_id, _safe(section or section_id), "text", str(number), str(number)]
        yield [*head, "text", "text", words, "", "text", words]


def _section_lines(section: Section) -> Iterator[list[str]]:
    for number, table in enumerate(section.tables, start=1):
        yield from _table_lines(section, table, table.title or f"table {number}")
    for chart in section.charts:
        yield from _chart_lines(section, chart)
    yield from _words(section.section_id, section.notes, section.title)


def _table_lines(section: Section, table: Table, name: str) -> Iterator[list[str]]:
    for row in table.rows:
        head = [section.section_id, section.title, name, row.row_id, row.cells[0].text]
        for column, cell in zip(table.columns, row.cells, strict=True):
            yield [*map(_safe, (*head, column.key, column.title)), *_cell(cell)]


def _chart_lines(section: Section, chart: Chart) -> Iterator[list[str]]:
    name = f"chart: {chart.title}"
    for index, position in enumerate(chart.positions):
        head = [section.section_id, section.title, name, str(position), str(position)]
        for key, title, values in (column for one in chart.series for column in one.columns):
            cell = Cell(values[index], chart.unit)
            yield [*map(_safe, (*head, key, title)), *_cell(cell)]


def _cell(cell: Cell) -> list[str]:
    is_figure = isinstance(cell.value, int | float | Decimal)
    text = cell.text if is_figure else _safe(cell.text)
    return [_plain(cell.value), _plain(cell.high), cell.unit.value, text]


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, int | float) else _safe(str(value))


def _safe(text: str) -> str:
    return csv_cell(printable(text))
