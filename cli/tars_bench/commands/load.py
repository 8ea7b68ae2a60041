"""`tars-bench load`: new lines of the sources into the raw tables, and prices beside them."""

import typer

from tars_bench.commands import steps
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Load what is new in the sources.",
        epilog="\b\nExample:\n  tars-bench load --workspace ~/llm-costs",
    )(load)


def load(
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Load what is new in the sources; a file that did not change costs nothing.

    Exits with 3 if lines were set aside by this load; `status` shows them.
    """
    place = open_workspace(workspace)
    with steps.held(place, sources=True):
        result = steps.load(place)
    raise typer.Exit(steps.exit_code_of(result))
