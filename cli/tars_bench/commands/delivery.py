"""Where a report goes: the formats, and stdout or a file with what belongs to it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from tars_bench.shared.console import narrate, write, write_bytes, write_file
from tars_bench.shared.errors import TarsBenchError, UsageError

if TYPE_CHECKING:
    from tars_bench.reports.model import Report


class ReportFormat(StrEnum):
    """How a report is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    CSV = "csv"


FullOption = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Add what the answers rest on; in all formats but terminal and Markdown it is there.",
    ),
]


def deliver(
    built: Report,
    output_format: ReportFormat,
    output: Path | None,
    workspace_name: str = "",
    *,
    is_full: bool = False,
) -> None:
    """Put a report where it was asked for; colours only where somebody looks.

    A terminal and Markdown show it in brief unless it is wanted in full.

    Raises:
        UsageError: A PDF was asked for on a terminal.
        TarsBenchError: The file cannot be written.

    """
    if not is_full and output_format in (ReportFormat.TERMINAL, ReportFormat.MARKDOWN):
        from tars_bench.reports.documents.brief import in_brief

        built = in_brief(built, has_charts=output_format is ReportFormat.MARKDOWN)
    if output is None:
        _to_stdout(built, output_format, workspace_name)
        return
    if output_format is ReportFormat.MARKDOWN:
        _write_markdown(built, output)
    elif output_format is ReportFormat.PDF:
        write_file(output, _pdf(built, workspace_name))
    else:
        write_file(output, _text(built, output_format, workspace_name))
    narrate(f"wrote {output}")


def _to_stdout(built: Report, output_format: ReportFormat, workspace_name: str) -> None:
    if output_format is ReportFormat.PDF:
        if sys.stdout.isatty():
            raise UsageError("a terminal cannot show a PDF", "add `--output FILE.pdf`")
        write_bytes(_pdf(built, workspace_name))
    elif output_format is ReportFormat.TERMINAL and sys.stdout.isatty():
        from tars_bench.reports.render import terminal as render_terminal

        render_terminal.print_report(built)
    else:
        write(_text(built, output_format, workspace_name))


def _pdf(built: Report, workspace_name: str) -> bytes:
    from tars_bench.reports.render import pdf as render_pdf

    return render_pdf.render(built, workspace_name)


def _text(built: Report, output_format: ReportFormat, workspace_name: str) -> str:
    from tars_bench.reports.render import csv as render_csv
    from tars_bench.reports.render import html as render_html
    from tars_bench.reports.render import json as render_json
    from tars_bench.reports.render import markdown as render_markdown
    from tars_bench.reports.render import terminal as render_terminal

    renderers: dict[ReportFormat, Callable[[Report], str]] = {
        ReportFormat.TERMINAL: render_terminal.render,
        ReportFormat.MARKDOWN: render_markdown.render,
        ReportFormat.HTML: lambda report: render_html.render(report, workspace_name),
        ReportFormat.JSON: render_json.render,
        ReportFormat.CSV: render_csv.render,
    }
    return renderers[output_format](built)


def _write_markdown(built: Report, output: Path) -> None:
    """Write the charts into a folder beside the document, then the document that links to them."""
    from tars_bench.reports.charts.svg import picture_file
    from tars_bench.reports.render import markdown as render_markdown

    folder = output.with_name(f"{output.stem}_files")
    pictures = {}
    for chart in (chart for section in built.all_sections() for chart in section.charts):
        _make_folder(folder)
        write_file(folder / f"{chart.chart_id}.svg", picture_file(chart))
        pictures[chart.chart_id] = quote(f"{folder.name}/{chart.chart_id}.svg")
    write_file(output, render_markdown.render(built, pictures))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise TarsBenchError(f"{folder} cannot be made: {error.strerror}") from error
