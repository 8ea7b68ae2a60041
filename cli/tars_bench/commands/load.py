"""`tars-bench load`: new lines of the sources into the raw tables, and prices beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from tars_bench.commands import steps
from tars_bench.commands.formats import RowFormat, print_rows
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from tars_bench.ingest.load import LoadResult
    from tars_bench.shared.tables import Rows


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
        loaded = steps.load(place)
    print_rows(_summary(loaded.result), RowFormat.TABLE)
    raise typer.Exit(loaded.exit_code)


def _summary(result: LoadResult) -> Rows:
    from tars_bench.shared.tables import Rows

    rows = [
        (
            feed.source_system,
            feed.table,
            _files(feed.file_counts),
            feed.line_count,
            feed.kept_count,
            feed.dropped_count,
            feed.quarantined_count,
        )
        for feed in result.feeds
    ]
    return Rows(("source", "table", "files", "lines", "kept", "dropped", "set aside"), rows)


def _files(counts: Mapping[str, int]) -> str:
    """Say what became of the files: `2 new, 24 unchanged`."""
    return ", ".join(
        f"{number:,} {outcome}"
        for outcome, number in counts.items()
        if number and outcome != "seen"
    )
