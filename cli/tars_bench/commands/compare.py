"""`tars-bench compare`: any two spans of days, without a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tars_bench.commands.delivery import FullOption, ReportFormat, deliver
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Compare any two spans of days, as a phase report does.",
        epilog=(
            "\b\nExample:\n  tars-bench compare --baseline 2026-02-11..2026-02-13 "
            "--candidate 2026-03-02..2026-03-08"
        ),
    )(compare)


def compare(
    baseline: Annotated[
        str,
        typer.Option(
            "--baseline", metavar="DAYS", help="First and last day compared with, as FIRST..LAST."
        ),
    ],
    candidate: Annotated[
        str,
        typer.Option("--candidate", metavar="DAYS", help="First and last day in question."),
    ],
    output_format: Annotated[
        ReportFormat, typer.Option("--format", help="How to write it.")
    ] = ReportFormat.TERMINAL,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write it to this file, whole or not at all, instead of stdout.",
            show_default=False,
        ),
    ] = None,
    full: FullOption = False,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Compare two spans of days by the definitions of the phase report, editing no plan."""
    from tars_bench.planning.plan_file import PLAN_NAME, plan_check
    from tars_bench.reports.documents.comparison import build_comparison, comparison_windows

    windows = comparison_windows(baseline, candidate)
    opened = open_workspace(workspace)
    check = plan_check(opened.root / PLAN_NAME)
    built = build_comparison(opened.published_database, *windows, check)
    deliver(built, output_format, output, opened.name, is_full=full)
