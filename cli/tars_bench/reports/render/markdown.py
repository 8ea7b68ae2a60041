"""A report as GitHub-flavoured Markdown, the same bytes for the same report."""

from collections.abc import Iterator, Mapping

from tars_bench.reports.model import Cell, Chart, Report, Section, Table
from tars_bench.shared.text import markdown_cell

Pictures = Mapping[str, str]
"""Where each chart's picture lies, by the chart's id, as the document links to it."""


def render(report: Report, pictures: Pictures | None = None) -> str:
    """Return the report as a Markdown document ending in a newline.

    A chart is shown as its picture where there is one, else in one sentence.
    """
    return "\n".join(_lines(report, pictures or {})).rstrip("\n") + "\n"


def _lines(report: Report, pictures: Pictures) -> Iterator[str]:
    yield from (f"# {markdown_cell(report.title)}", "")
    for warning in report.warnings:
        yield from (f"**{markdown_cell(warning)}**", "")
    for answer in report.answers:
        lead, rest = markdown_cell(answer.lead), markdown_cell(answer.rest)
        yield from (f"**{lead}** {rest}".rstrip(), "")
    for line in report.subtitle:
        yield from (markdown_cell(line), "")
    if report.verdict:
        verdict = report.verdict
        yield from (f"**{markdown_cell(verdict.word)}.** {markdown_cell(verdict.sentence)}", "")
    for paragraph in report.headline:
        yield from (markdown_cell(paragraph), "")
    for section in (*report.opening, *report.sections):
        yield from _section_lines(section, pictures)
    if report.notes:
        yield from ("## Notes", "", *_bullets(report.notes), "")
    yield from _section_lines(report.provenance, pictures)


def _section_lines(section: Section, pictures: Pictures) -> Iterator[str]:
    yield from (f"## {markdown_cell(section.title)}", "")
    for chart in section.charts:
        yield from (_chart_line(chart, pictures), "")
    for table in section.tables:
        yield from _table_lines(table)
    if section.notes:
        yield from (*_bullets(section.notes), "")


def _chart_line(chart: Chart, pictures: Pictures) -> str:
    sentence = markdown_cell(chart.alt)
    path = pictures.get(chart.chart_id)
    return f"![{sentence}](<{path}>)" if path else f"Chart: {sentence}"


def _table_lines(table: Table) -> Iterator[str]:
    if table.title:
        yield from (f"### {markdown_cell(table.title)}", "")
    yield _row(markdown_cell(column.title) for column in table.columns)
    yield _row("---:" if column.is_numeric else "---" for column in table.columns)
    for row in table.rows:
        yield _row(_cell(cell, is_total=row.is_total) for cell in row.cells)
    yield ""


def _cell(cell: Cell, *, is_total: bool) -> str:
    text = markdown_cell(cell.text)
    return f"**{text}**" if is_total and text.strip() else text


def _row(texts: Iterator[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _bullets(sentences: tuple[str, ...]) -> list[str]:
    return [f"- {markdown_cell(sentence)}" for sentence in sentences]
