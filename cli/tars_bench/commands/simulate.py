"""`tars-bench simulate`: logs of a plan, for any period and volume."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tars_bench.commands.options import DebugOption, QuietOption
from tars_bench.shared.console import count, narrate, step


class DrawsChoice(StrEnum):
    """How values are drawn."""

    STRATIFIED = "stratified"
    INDEPENDENT = "independent"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Write logs of a plan, for any period and volume.",
        epilog="\b\nExample:\n  tars-bench simulate --out data --start 2026-03-02 --days 52",
    )(simulate)


def simulate(
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder to write the logs to.")
    ],
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="N",
            help="Starts the random numbers. Default: 20260213.",
            show_default=False,
        ),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--start",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="First day of the baseline; the phases follow it. Default: 2026-02-11.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            help="Days in all; the plan's phases are scaled to it. Default: 26.",
            show_default=False,
        ),
    ] = None,
    calls_per_day: Annotated[
        float | None,
        typer.Option(
            "--calls-per-day",
            metavar="N",
            help="API calls per day in the baseline; all else scales with it. Default: 234.",
            show_default=False,
        ),
    ] = None,
    sessions_per_day: Annotated[
        int | None,
        typer.Option(
            "--sessions-per-day",
            metavar="N",
            help="Sessions a day, each with its own id. Default: three that go on.",
            show_default=False,
        ),
    ] = None,
    effect_size: Annotated[
        float | None,
        typer.Option(
            "--effect-size",
            metavar="RATIO",
            help="How much of the plan's change happens, 0 for none. Default: 1.",
            show_default=False,
        ),
    ] = None,
    weekend_ratio: Annotated[
        float | None,
        typer.Option(
            "--weekend-ratio",
            metavar="RATIO",
            help="Activity of a Saturday or Sunday relative to a weekday. Default: 1.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[
        DrawsChoice | None,
        typer.Option(
            "--draws",
            help="Draw by quota, or each for itself. Default: stratified.",
            show_default=False,
        ),
    ] = None,
    arms: Annotated[
        bool,
        typer.Option(
            "--arms",
            help="After the baseline half of the sessions go on unchanged: calls are labelled "
            "`control` and `treated`.",
        ),
    ] = False,
    switchback: Annotated[
        int | None,
        typer.Option(
            "--switchback",
            metavar="SEED",
            help="After the baseline switch the change on and off by days, as `plan --switchback "
            "--seed SEED` draws them.",
            show_default=False,
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
        "has_arms": arms or None,
        "switchback_seed": switchback,
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    with step("simulate") as doing:
        result = run_simulation(SimulationOptions(out=out, **chosen), narrate)
        made = "wrote" if result.was_written else "nothing to do, they are there:"
        doing.summary = f"{made} {count(result.api_calls, 'API call')} in {result.out}"
