"""`tars-bench publish`: what was built replaces what readers open."""

import typer

from tars_bench.commands import steps
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Replace the file that readers open.",
        epilog="\b\nExample:\n  tars-bench publish --workspace ~/llm-costs",
    )(publish)


def publish(
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Copy what passed the build to the read-only file that readers open, in one instant."""
    place = open_workspace(workspace)
    with steps.held(place, checked=False):
        steps.publish(place)
