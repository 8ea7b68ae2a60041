"""`tars-bench serve`: the dashboard as a page on this machine, with live refresh."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands.dashboard import read
from tars_bench.commands.options import (
    DebugOption,
    IntervalOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import flush, write

if TYPE_CHECKING:
    from tars_bench.reports.render.serving import Server
    from tars_bench.warehouse.live import Cycle
    from tars_bench.workspace.config import Workspace


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Serve the dashboard on this machine, with live refresh.",
        epilog="\b\nExample:\n  tars-bench serve --watch --port 8421",
    )(serve)


def serve(
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 takes a free one."),
    ] = 8421,
    watch: Annotated[
        bool, typer.Option("--watch", help="Also load new log lines as they come.")
    ] = False,
    interval: IntervalOption = 5.0,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Serve the dashboard on 127.0.0.1 until Ctrl-C; new releases appear by themselves."""
    from tars_bench.reports.render.serving import start

    place = open_workspace(workspace)
    if watch:
        from tars_bench.commands.following import check

        check(place)
    last: list[Cycle] = []
    server = start(lambda: read(place), port, lambda: _problem(last))
    write(f"http://127.0.0.1:{server.port}/")
    flush()
    _stay(place, server, interval if watch else None, last)


def _problem(last: list[Cycle]) -> str:
    """Return why the last cycle that did anything failed; nothing if it did not."""
    from tars_bench.warehouse.live import Outcome

    return last[0].message if last and last[0].outcome is Outcome.FAILED else ""


def _stay(place: Workspace, server: Server, interval: float | None, last: list[Cycle]) -> None:
    """Serve until Ctrl-C; meanwhile run live cycles if an interval is given."""
    from tars_bench.commands.following import follow, narrate_cycle, until_ended
    from tars_bench.warehouse.live import Outcome

    def shown(cycle: Cycle) -> None:
        narrate_cycle(cycle)
        if cycle.outcome is not Outcome.UNCHANGED:
            last[:] = [cycle]

    with until_ended():
        if interval is None:
            server.wait()
        else:
            follow(place, interval, lambda _: None, shown, Event())
    server.stop()
