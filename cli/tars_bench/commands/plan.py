"""`tars-bench plan`: how many days would show a change, said and written down beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from tars_bench.commands.options import (
    DebugOption,
    QuietOption,
    TextFormat,
    TextFormatOption,
    WorkspaceOption,
    open_workspace,
)
from tars_bench.shared.console import count, write

if TYPE_CHECKING:
    from datetime import date

    from tars_bench.planning.forecast import Wish
    from tars_bench.workspace.config import Workspace

_LONG_HISTORY = 14
_LAST_YEAR = 9000  # a plan of many years still ends before the calendar does
_LARGE_MARGIN = 100
_TOO_FEW = "needs more days"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Say how many days would show a change, and write that plan down.",
        epilog="\b\nExample:\n  tars-bench plan --write --metric cost_per_api_call --effect 20",
    )(plan)


def plan(
    baseline_days: Annotated[
        int | None,
        typer.Option(
            "--baseline-days",
            min=2,
            max=3650,
            metavar="N",
            help="Also say what a baseline of N days would show. Default: as long as the phase.",
            show_default=False,
        ),
    ] = None,
    phase_days: Annotated[
        int | None,
        typer.Option(
            "--phase-days",
            min=2,
            max=3650,
            metavar="N",
            help="Also say what a phase of N days would show. Default: as long as the baseline.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Plan from this day's history on, for example after the last change.",
            show_default=False,
        ),
    ] = None,
    is_written: Annotated[
        bool, typer.Option("--write", help="Write the plan to a file, after those it holds.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="The file of plans, to write or to check. Default: plan.json in the workspace.",
            show_default=False,
        ),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric",
            metavar="METRIC",
            help="With --write: the cost to show a change of. Default: cost_per_task where tasks "
            "are logged, else cost_per_api_call.",
            show_default=False,
        ),
    ] = None,
    effect: Annotated[
        int,
        typer.Option(
            "--effect",
            min=1,
            max=99,
            metavar="PERCENT",
            help="With --write: the reduction to show.",
        ),
    ] = 20,
    start: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="DATE",
            help="With --write or --switchback: the first day. Default: tomorrow.",
            show_default=False,
        ),
    ] = None,
    is_switchback: Annotated[
        bool,
        typer.Option(
            "--switchback",
            help="Turn the change on and off by days, drawn within pairs of weeks, instead of one "
            "phase after the baseline.",
        ),
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            min=0,
            metavar="N",
            help="With --switchback: draw the same days again. Default: a new one, shown.",
            show_default=False,
        ),
    ] = None,
    experiment: Annotated[
        str | None,
        typer.Option(
            "--experiment",
            metavar="NAME",
            help="With --switchback --write: add the days to seeds/experiments.csv and "
            "experiment_days.csv under this name, so that reports analyse them.",
            show_default=False,
        ),
    ] = None,
    is_check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say which phases and schedules were planned before they began."
        ),
    ] = False,
    output_format: TextFormatOption = TextFormat.TERMINAL,
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Say how many days would show 10, 20 or 30 % less cost, from the days at hand.

    Each needs a baseline and a phase of so many days: with 80 % power, at 95 % certainty.
    """
    from tars_bench.planning.experiment_seeds import check_name
    from tars_bench.planning.forecast import Wish
    from tars_bench.planning.plan_file import PLAN_NAME

    place = open_workspace(workspace)
    path = output or place.root / PLAN_NAME
    if is_check:
        _check(place, path, output_format)
        return
    _refuse_a_mixture(bool(metric or start), is_written, is_switchback, seed, experiment)
    if experiment is not None:
        check_name(place, experiment)
    lengths = (baseline_days or phase_days, phase_days or baseline_days)
    wish = Wish(metric, effect, lengths, _date("--start", start), is_switchback, seed)
    goal = _Goal(path if is_written else None, experiment)
    _plan(place, _date("--since", since), wish, goal, output_format)


@dataclass(frozen=True)
class _Goal:
    """Where a plan goes: its file, and the name of its experiment; None where it does not."""

    path: Path | None
    experiment: str | None


def _plan(
    place: Workspace,
    since: date | None,
    wish: Wish,
    goal: _Goal,
    output_format: TextFormat,
) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tars_bench.planning.experiment_seeds import add_switchback
    from tars_bench.planning.forecast import forecast, written_plan
    from tars_bench.planning.history import read_history
    from tars_bench.planning.plan_file import add_plan
    from tars_bench.shared.tables import json_text

    today = datetime.now(ZoneInfo(place.timezone)).date()
    history = read_history(place, since, today)
    forecasts = [forecast(one, wish.lengths) for one in history]
    written = written_plan(history, wish, today) if goal.path or wish.is_switchback else None
    seeds: list[Path] = []
    if written and goal.path:
        add_plan(goal.path, written)
        if goal.experiment:
            seeds = add_switchback(place, goal.experiment, written)
    if output_format is TextFormat.JSON:
        write(json_text({"as_of": today, "metrics": forecasts, "plan": written}))
        return
    lines = [*_forecast_lines(forecasts, wish.lengths)]
    if written:
        lines += ["", *_plan_lines(written, goal.path)]
        lines += [f"added to {one}" for one in seeds]
    write("\n".join(lines))


def _forecast_lines(
    forecasts: Sequence[Mapping[str, object]], lengths: tuple[int | None, int | None]
) -> Iterator[str]:
    from tars_bench.planning.forecast import EFFECTS
    from tars_bench.shared.tables import Rows, as_table

    yield "Days that a baseline needs, and as many a phase, to show a change"
    yield "(80 % power at 95 % certainty, rounded up to whole weeks so that weekdays count alike)"
    for is_margin, names in (
        (False, [f"−{share} %" for share in EFFECTS]),
        (True, ["margin", "to rule out more"]),
    ):
        chosen = [one for one in forecasts if one["is_margin"] is is_margin]
        if not chosen:
            continue
        columns = ["metric", "known days", *names]
        rows = [_row(one, "days_in_whole_weeks") for one in chosen]
        yield ""
        yield from as_table(Rows(tuple(columns), rows))
        if lengths[0]:
            yield ""
            yield f"Power of {lengths[0]} days of baseline against {lengths[1]} days of phase:"
            rows = [_row(one, "power") for one in chosen]
            yield from as_table(Rows(tuple(columns), rows))
    yield from _notes(forecasts)


def _row(one: Mapping[str, object], key: str) -> list[object]:
    from tars_bench.planning.forecast import EFFECTS

    found = one["changes"]
    changes = found if isinstance(found, list) else []
    cells = [_cell(change, one, key) for change in changes]
    if one["is_margin"]:
        size = changes[0]["size"] if changes else 0
        shown = f"{size:,.0f}" if size >= _LARGE_MARGIN else f"{size:.3g}"
        cells = [shown if changes else "", *(cells or [_TOO_FEW])]
    return [one["metric_id"], one["known_day_count"], *(cells or [_TOO_FEW] * len(EFFECTS))]


def _cell(change: Mapping[str, object], one: Mapping[str, object], key: str) -> object:
    found = change[key]
    if not one["day_deviation"]:
        return "never varied"
    if isinstance(found, float):
        return f"{found:.0%}".replace("%", " %")
    return "over 10 years" if found is None else found


def _notes(forecasts: Sequence[Mapping[str, object]]) -> Iterator[str]:
    for one in forecasts:
        if isinstance(more := one["more_days_needed"], int) and more:
            yield (
                f"{one['metric_id']}: {count(more, 'more day')} with a known value before it "
                "can be planned for."
            )
    known = [one["known_day_count"] for one in forecasts]
    if any(isinstance(days, int) and 0 < days < _LONG_HISTORY for days in known):
        yield ""
        yield f"From fewer than {_LONG_HISTORY} days these figures are rough: ask again with more."


def _plan_lines(plan: Mapping[str, object], path: Path | None) -> Iterator[str]:
    windows, days = plan["windows"], plan.get("days")
    for one in windows if isinstance(windows, list) else ():
        yield (
            f"{one['name']:<10}  {one['start_date']} to {one['end_date']}  "
            f"({count(one['day_count'], 'day')})"
        )
    if isinstance(days, list):
        yield f"seed        {plan['seed']}"
        yield from (f"{one['date']}  {'on' if one['is_on'] else 'off'}" for one in days)
    yield f"sha256      {plan['sha256']}"
    yield f"written to {path}" if path else "not written: add --write"


def _check(place: Workspace, path: Path, output_format: TextFormat) -> None:
    from tars_bench.planning.experiment_seeds import scheduled_days, why_planned
    from tars_bench.planning.plan_file import check_phases, check_schedule, read_plans
    from tars_bench.shared.tables import Rows, as_table, json_text

    plans = read_plans(path)
    checked = check_phases(place, plans)
    checked += [check_schedule(*one, plans) for one in scheduled_days(place).items()]
    columns = ("phase_id", "start_date", "end_date", "verdict", "why")
    rows = [
        (
            one.window.name,
            one.window.start,
            one.window.end,
            "exploratory" if one.is_exploratory else "planned",
            why_planned(one.planned_on, one.late_plan_on),
        )
        for one in checked
    ]
    if output_format is TextFormat.JSON:
        write(json_text([dict(zip(columns, row, strict=True)) for row in rows]))
    else:
        write("\n".join(as_table(Rows(columns, rows))))


def _refuse_a_mixture(
    is_of_a_plan: bool,
    is_written: bool,
    is_switchback: bool,
    seed: int | None,
    experiment: str | None,
) -> None:
    if is_of_a_plan and not is_written and not is_switchback:
        _refuse("--metric and --start are about a plan", "add --write, or --switchback to see one")
    if seed is not None and not is_switchback:
        _refuse("--seed is about days turned on and off", "add --switchback")
    if experiment is not None and not (is_switchback and is_written):
        _refuse("--experiment is about days turned on and off", "add --switchback --write")


def _refuse(message: str, hint: str) -> NoReturn:
    from tars_bench.shared.errors import UsageError

    raise UsageError(message, hint)


def _date(option: str, value: str | None) -> date | None:
    from datetime import date

    from tars_bench.shared.errors import UsageError

    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
        if day.year >= _LAST_YEAR:
            raise ValueError(value)
        return day
    except ValueError as error:
        raise UsageError(f"{option} is no date: {value!r}", "write it as 2026-02-10") from error
