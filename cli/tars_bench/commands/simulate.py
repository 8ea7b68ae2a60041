"""`tars-bench simulate`: logs of a plan, for any period and volume."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tars_bench.commands.options import DebugOption, QuietOption
from tars_bench.console import count, narrate, step


class DrawsChoice(StrEnum):
    """How values are drawn."""

    STRATIFIED = "stratified"
    INDEPENDENT = "independent"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        epilog="Example: tars-bench simulate --out data --start 2026-02-11 --calls-per-day 234"
    )(simulate)


def simulate(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write the logs to.")
    ],
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", metavar="N", help="Starts the random numbers.", show_default="20260213"
        ),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--start",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="First day of the baseline; the phases follow it.",
            show_default="2026-02-11",
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            help="Days in all; the plan's phases are scaled to it.",
            show_default="26",
        ),
    ] = None,
    calls_per_day: Annotated[
        float | None,
        typer.Option(
            "--calls-per-day",
            metavar="N",
            help="API calls per day in the baseline; everything else is scaled with it.",
            show_default="234",
        ),
    ] = None,
    sessions_per_day: Annotated[
        int | None,
        typer.Option(
            "--sessions-per-day",
            metavar="N",
            help="Sessions a day, each with its own id.",
            show_default="the plan's three, which go on through all days",
        ),
    ] = None,
    effect_size: Annotated[
        float | None,
        typer.Option(
            "--effect-size",
            metavar="RATIO",
            help="How much of the plan's change happens: 1 is the plan, 0 is none at all.",
            show_default="1",
        ),
    ] = None,
    weekend_ratio: Annotated[
        float | None,
        typer.Option(
            "--weekend-ratio",
            metavar="RATIO",
            help="Activity of a Saturday or Sunday relative to a weekday.",
            show_default="1",
        ),
    ] = None,
    draws: Annotated[
        DrawsChoice | None,
        typer.Option(
            "--draws",
            help="By quota, so that short windows meet the plan's figures, or each for itself.",
            show_default="stratified",
        ),
    ] = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the logs of the specification's four weeks, or of a plan scaled from them.

    The same options give the same bytes; a folder that holds them already is left as it is.
    """
    from tars_bench.simulate.generate import simulate as run_simulation
    from tars_bench.simulate.options import SimulationOptions

    given: dict[str, Any] = {
        "seed": seed,
        "start": start and start.date(),
        "days": days,
        "calls_per_day": calls_per_day,
        "sessions_per_day": sessions_per_day,
        "effect_size": effect_size,
        "weekend_ratio": weekend_ratio,
        "draws": draws and draws.value,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    with step("simulate") as doing:
        result = run_simulation(SimulationOptions(out=out, **chosen), narrate)
        made = "wrote" if result.was_written else "nothing to do, they are there:"
        doing.summary = f"{made} {count(result.api_calls, 'API call')} in {result.out}"
