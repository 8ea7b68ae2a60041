"""The options that several commands share, declared once."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tars_bench.shared.console import settings
from tars_bench.workspace.config import Workspace, load_workspace


@dataclass
class Session:
    """What stood before the verb: `tars-bench --workspace DIR run`."""

    workspace: Path | None = None


session = Session()


class TextFormat(StrEnum):
    """Formats of what is read on a screen or by a script."""

    TERMINAL = "terminal"
    JSON = "json"


def _quiet(value: bool) -> bool:
    settings.quiet = settings.quiet or value
    return value


def _debug(value: bool) -> bool:
    settings.debug = settings.debug or value
    return value


WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="DIR",
        help="The workspace to work in. Default: $TARS_BENCH_WORKSPACE, the current folder if it "
        "holds a tars-bench.toml, the project itself.",
        show_default=False,
    ),
]
QuietOption = Annotated[
    bool,
    typer.Option(
        "--quiet",
        callback=_quiet,
        help="Say nothing on stderr but errors.",
    ),
]
DebugOption = Annotated[
    bool,
    typer.Option(
        "--debug",
        callback=_debug,
        help="Show the traceback of an error.",
    ),
]
FullRefreshOption = Annotated[
    bool, typer.Option("--full-refresh", help="Build incremental models from nothing.")
]
AllTestsOption = Annotated[
    bool,
    typer.Option(
        "--all-tests",
        help="Also run the tests of the code: unit tests, and what holds whatever the data are.",
    ),
]
IntervalOption = Annotated[
    float,
    typer.Option(
        "--interval", min=0.5, metavar="S", help="With --watch: seconds from one look to the next."
    ),
]
TextFormatOption = Annotated[
    TextFormat, typer.Option("--format", help="What to print.", show_default=True)
]


def open_workspace(workspace: Path | None) -> Workspace:
    """Return the workspace named after the verb, or before it, or by default."""
    return load_workspace(workspace or session.workspace)
