"""`tars-bench build`: the models and their tests, over what was loaded."""

from typing import Annotated

import typer

from tars_bench.commands import steps
from tars_bench.commands.options import (
    AllTestsOption,
    DebugOption,
    FullRefreshOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Build the models and run their tests.",
        epilog="\b\nExample:\n  tars-bench build --select marts.daily+",
    )(build)


def build(
    full_refresh: FullRefreshOption = False,
    all_tests: AllTestsOption = False,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            metavar="NODES",
            help="Build only these dbt nodes; may be repeated. Such a build is not published.",
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Build the models and run their tests; the published file is not touched."""
    place = open_workspace(workspace)
    with steps.held(place):
        steps.build(
            place, full_refresh=full_refresh, all_tests=all_tests, select=tuple(select or ())
        )
