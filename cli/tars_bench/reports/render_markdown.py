"""A report as GitHub-flavoured Markdown, the same bytes for the same report."""

from collections.abc import Iterator

from tars_bench.reports.model import Cell, Report, Section, Table
from tars_bench.text import markdown_cell


def render(report: Report) -> str:
    """Return the report as a Markdown document ending in a newline."""
    return "\n".join(_lines(report)).rstrip("\n") + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {markdown_cell(report.title)}", "")
    for line in report.subtitle:
        yield from (markdown_cell(line), "")
    if report.verdict:
        verdict = report.verdict
        yield from (f"**{markdown_cell(verdict.word)}.** {markdown_cell(verdict.sentence)}", "")
    if report.headline:
        yield from (markdown_cell(" ".join(report.headline)), "")
    for section in report.sections:
        yield from _section_lines(section)
    if report.notes:
        yield from ("## Notes", "", *_bullets(report.notes), "")
    yield from _section_lines(report.provenance)


def _section_lines(section: Section) -> Iterator[str]:
    yield from (f"## {markdown_cell(section.title)}", "")
    for table in section.tables:
        yield from _table_lines(table)
    if section.notes:
        yield from (*_bullets(section.notes), "")


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
