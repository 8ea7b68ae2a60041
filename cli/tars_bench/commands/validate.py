"""`tars-bench validate`: the checklist against the marts."""

from __future__ import annotations

from collections.abc import Iterator
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
from tars_bench.shared.console import narrate, write
from tars_bench.shared.exit_codes import ExitCode

if TYPE_CHECKING:
    from tars_bench.validation.model import ValidationResult


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
    place = open_workspace(workspace)
    with steps.held(place):
        result = steps.validate(place)
    for text in (_json if output_format is TextFormat.JSON else _lines)(result):
        write(text)
    narrate(f"Data Docs: {result.data_docs_index}")
    if strict and (result.has_failed_line or result.has_critical_guard_failure):
        raise typer.Exit(ExitCode.CHECKLIST_FAILED)


def _lines(result: ValidationResult) -> Iterator[str]:
    from tars_bench.shared.text import printable

    for line in result.lines:
        yield printable(f"{line.status.value.replace('_', ' '):<15}{line.line_text}")
        yield printable(f"{'':<15}{line.detail}")


def _json(result: ValidationResult) -> Iterator[str]:
    from tars_bench.shared.tables import Rows, as_json

    columns = ("line_id", "kind", "line_text", "status", "verdict", "observed_value", "detail")
    rows = [
        (
            line.line_id,
            line.kind,
            line.line_text,
            line.status.value,
            line.verdict,
            line.deciding.observed_value,
            line.detail,
        )
        for line in result.lines
    ]
    return as_json(Rows(columns, rows))
