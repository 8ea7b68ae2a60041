"""`tars-bench report`: what the published figures say."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace
from tars_bench.console import narrate, write, write_file

if TYPE_CHECKING:
    from tars_bench.reports.model import Report


class ReportKind(StrEnum):
    """Which report."""

    BASELINE = "baseline"
    PHASE = "phase"
    FINAL = "final"


class ReportFormat(StrEnum):
    """How it is written."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Print the baseline, a phase or the final report.",
        epilog="\b\nExample:\n  tars-bench report phase --phase 1 --format markdown",
    )(report)


def report(
    kind: Annotated[ReportKind, typer.Argument(metavar="KIND", help="baseline, phase or final.")],
    phase: Annotated[
        str | None,
        typer.Option(
            "--phase",
            metavar="ID",
            help="Which phase `report phase` is about; 1 means phase_1.",
            show_default=False,
        ),
    ] = None,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", help="How to write it.")
    ] = ReportFormat.TERMINAL,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write it to this file, whole or not at all, instead of stdout.",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the baseline's, a phase's or the final report, from the published file."""
    from tars_bench.reports.build import build_report

    if (phase is None) is (kind is ReportKind.PHASE):
        needs = "needs --phase ID" if phase is None else "takes no --phase"
        raise typer.BadParameter(f"`report {kind}` {needs}", param_hint="--phase")
    built = build_report(open_workspace(workspace).published_database, kind.value, phase)
    deliver(built, output_format, output)


def deliver(built: Report, output_format: ReportFormat, output: Path | None) -> None:
    """Put a report where it was asked for; colours only where somebody looks."""
    from tars_bench.reports import render_json, render_markdown, render_terminal

    if output_format is ReportFormat.TERMINAL and output is None and sys.stdout.isatty():
        render_terminal.print_report(built)
        return
    renderers: dict[ReportFormat, Callable[[Report], str]] = {
        ReportFormat.TERMINAL: render_terminal.render,
        ReportFormat.MARKDOWN: render_markdown.render,
        ReportFormat.JSON: render_json.render,
    }
    text = renderers[output_format](built)
    if output is None:
        write(text)
    else:
        write_file(output, text)
        narrate(f"wrote {output}")
