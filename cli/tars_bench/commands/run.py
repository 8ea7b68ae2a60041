"""`tars-bench run`: load, build, validate, publish."""

import typer

from tars_bench.commands import steps
from tars_bench.commands.options import (
    DebugOption,
    FullRefreshOption,
    QuietOption,
    UnitTestsOption,
    WorkspaceOption,
    open_workspace,
)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Load, build, validate and publish.",
        epilog="\b\nExample:\n  tars-bench run && tars-bench report final",
    )(run)


def run(
    full_refresh: FullRefreshOption = False,
    unit_tests: UnitTestsOption = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Load, build, validate and publish: one line per step with its time.

    A failed model or data test stops it before anything is published (exit code 4). A failed
    checklist line is a result: it is published. Exits with 3 if this load set lines aside.
    """
    place = open_workspace(workspace)
    with steps.held(place, sources=True):
        loaded = steps.load(place)
        steps.build(place, full_refresh=full_refresh, unit_tests=unit_tests)
        steps.validate(place)
        steps.publish(place)
    raise typer.Exit(steps.exit_code_of(loaded))
