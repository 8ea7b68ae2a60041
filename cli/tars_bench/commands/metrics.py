"""`tars-bench metrics`: what is measured, how it is defined, and what it came to."""

from enum import StrEnum
from typing import Annotated

import typer

from tars_bench.commands.formats import RowFormat, RowFormatOption, print_rows
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace


class Grain(StrEnum):
    """Over what a metric is measured."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    PHASE = "phase"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="List the metrics, or print the values of one.",
        epilog="\b\nExample:\n  tars-bench metrics daily_cost --grain week",
    )(metrics)


def metrics(
    metric: Annotated[
        str | None,
        typer.Argument(
            metavar="[METRIC]", help="A metric whose values to print.", show_default=False
        ),
    ] = None,
    grain: Annotated[Grain, typer.Option("--grain", help="Over what it is measured.")] = Grain.DAY,
    output_format: RowFormatOption = RowFormat.TABLE,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """List the metrics with their definitions, or print the values of one."""
    from tars_bench.warehouse import metrics as registry

    place = open_workspace(workspace)
    if metric is None:
        print_rows(registry.definitions(place), output_format)
        return
    with registry.values(place, metric, grain.value) as rows:
        print_rows(rows, output_format)
