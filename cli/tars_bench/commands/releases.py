"""`tars-bench releases`, `rollback`, `backup`, `restore`: what is kept, and the way back to it."""

from pathlib import Path
from typing import Annotated

import typer

from tars_bench.commands.formats import RowFormat, print_rows
from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import count, narrate, write


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    app.command(
        short_help="List the releases that are kept.",
        epilog="\b\nExample:\n  tars-bench releases --format json",
    )(releases)
    app.command(
        short_help="Show readers a release that is kept.",
        epilog="\b\nExample:\n  tars-bench rollback 3",
    )(rollback)
    app.command(
        short_help="Copy the working database to a file.",
        epilog="\b\nExample:\n  tars-bench backup ~/backups/llm-costs.duckdb",
    )(backup)
    app.command(
        short_help="Put a backup in the working database's place.",
        epilog="\b\nExample:\n  tars-bench restore ~/backups/llm-costs.duckdb",
    )(restore)


def releases(
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """List the releases that are kept, the newest first, and which of them readers see."""
    from tars_bench.shared.tables import Rows, json_text
    from tars_bench.warehouse.releases import list_releases

    found = list_releases(open_workspace(workspace))
    if output_format is TextFormat.JSON:
        write(json_text([vars(one) | {"path": str(one.path)} for one in found]))
        return
    rows = [
        (
            one.number,
            one.released_at.replace(microsecond=0) if one.released_at else None,
            one.byte_count,
            "shown" if one.is_shown else "",
            str(one.path),
        )
        for one in found
    ]
    print_rows(Rows(("release", "published (UTC)", "bytes", "", "file"), rows), RowFormat.TABLE)


def rollback(
    number: Annotated[int, typer.Argument(metavar="N", help="The release to show.", min=1)],
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Show readers release N, older or newer; the next release that a run makes is shown again.

    The working database stays as it is.
    """
    from tars_bench.warehouse.live import live_database
    from tars_bench.warehouse.releases import roll_back
    from tars_bench.workspace.lock import exclusive

    place = open_workspace(workspace)
    with exclusive(place):
        roll_back(place, number)
        # A live view is of newer builds than the release.
        live_database(place).unlink(missing_ok=True)
    narrate(f"readers see release {number}: {place.published_database}")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not exist.")],
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Copy the working database, which alone holds rows of logs that were rotated away."""
    from tars_bench.warehouse.backup import back_up
    from tars_bench.workspace.lock import exclusive

    place = open_workspace(workspace)
    with exclusive(place):
        size = back_up(place, file)
    narrate(f"wrote {file}: {count(size, 'byte')}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Put a backup in the working database's place, which is kept beside it under another name.

    What readers see changes with the next run, which loads what came since the backup.
    """
    from tars_bench.warehouse.backup import restore as put_back
    from tars_bench.workspace.lock import exclusive

    place = open_workspace(workspace)
    with exclusive(place, checked=False):
        aside = put_back(place, file)
    narrate(f"restored {place.working_database} from {file}")
    if aside is not None:
        narrate(f"what it was is kept as {aside}")
