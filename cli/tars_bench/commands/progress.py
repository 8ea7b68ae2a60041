"""`tars-bench progress`: which week of measuring this is, and what is still missing."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import write


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Show which week of measuring this is, and what is missing.",
        epilog="\b\nExample:\n  tars-bench progress --as-of 2026-02-20",
    )(progress)


def progress(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="The day to look from; later days count as not there. Default: the last loaded.",
            show_default=False,
        ),
    ] = None,
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the plan week by week: what each measures, how many days are loaded, what it needs."""
    from tars_bench.reports.documents.progress import build_progress
    from tars_bench.reports.render import json as render_json
    from tars_bench.reports.render import terminal as render_terminal

    place = open_workspace(workspace)
    report = build_progress(place.published_database, as_of.date() if as_of else None)
    if output_format is TextFormat.JSON:
        write(render_json.render(report))
    elif sys.stdout.isatty():
        render_terminal.print_report(report)
    else:
        from rich.console import Console

        write(render_terminal.render(report, Console().width))
