"""`tars-bench validate`: the checklist against the marts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands import steps
from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.console import narrate, write
from tars_bench.exit_codes import ExitCode

if TYPE_CHECKING:
    from tars_bench.validation.model import LineResult


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Check the validation checklist and the success criteria.",
        epilog="\b\nExample:\n  tars-bench validate --strict",
    )(validate)


def validate(
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Exit with 5 if a line failed or could not be checked."),
    ] = False,
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Check the validation checklist and the success criteria; print a line for each.

    A line that failed is a result: without --strict the exit code is 0.
    """
    from tars_bench.tables import Rows, as_json, as_table

    place = open_workspace(workspace)
    with steps.held(place):
        result = steps.validate(place)
    rows = Rows(("status", "line", "verdict"), [_row(line) for line in result.lines])
    for text in (as_json if output_format is TextFormat.JSON else as_table)(rows):
        write(text)
    narrate(f"Data Docs: {result.data_docs_index}")
    if strict and (result.has_failed_line or result.has_critical_guard_failure):
        raise typer.Exit(ExitCode.CHECKLIST_FAILED)


def _row(line: LineResult) -> tuple[str, str, str]:
    return line.status.value.replace("_", " "), line.line_text, line.verdict
