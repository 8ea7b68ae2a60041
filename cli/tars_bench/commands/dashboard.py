"""`tars-bench dashboard`: the figures at a glance, once or live."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands.options import (
    DebugOption,
    IntervalOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import narrate, write, write_file

if TYPE_CHECKING:
    from tars_bench.reports.documents.dashboard import Dashboard
    from tars_bench.workspace.config import Workspace


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Show the figures at a glance, once or live.",
        epilog="\b\nExample:\n  tars-bench dashboard --watch",
    )(dashboard)


def dashboard(
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on: load new log lines as they come, and show them."),
    ] = False,
    interval: IntervalOption = 5.0,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Write it as one page that needs no network.",
            show_default=False,
        ),
    ] = None,
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Show cost, last hour, models, top optimizations and alerts, from the newest release."""
    place = open_workspace(workspace)
    if watch and (html or output_format is TextFormat.JSON):
        raise typer.BadParameter("goes with neither --html nor --format json", param_hint="--watch")
    if watch:
        _watch(place, interval)
        return
    found = read(place)
    if html is not None:
        from tars_bench.reports.render.dashboard_html import render_page

        write_file(html, render_page(found))
        narrate(f"wrote {html}")
        return
    _print(found, output_format)


def read(place: Workspace) -> Dashboard:
    """Return the dashboard of the newest release, as it is now."""
    from datetime import UTC, datetime

    from tars_bench.reports.documents.dashboard import build_dashboard
    from tars_bench.warehouse.live import newest_database

    return build_dashboard(newest_database(place), datetime.now(UTC).replace(tzinfo=None))


def _print(found: Dashboard, output_format: TextFormat) -> None:
    from tars_bench.reports.render import dashboard_json, dashboard_terminal

    if output_format is TextFormat.JSON:
        write(dashboard_json.render(found))
        return
    from rich.console import Console

    console = Console()
    if sys.stdout.isatty():
        console.print(dashboard_terminal.renderable(found, console.width))
    else:
        write(dashboard_terminal.render(found, console.width))


def _watch(place: Workspace, interval: float) -> None:
    """Redraw after each cycle until Ctrl-C, which ends it as it should."""
    from tars_bench.commands.following import check, until_ended, watch_in_terminal

    check(place)
    with until_ended():
        watch_in_terminal(place, interval, lambda: read(place))
