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

    from tars_bench.planning.history import MetricDays
    from tars_bench.planning.power import Spread
    from tars_bench.workspace.config import Workspace

_EFFECTS = (10, 20, 30)
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
    is_check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say which phases were planned before they began, and which not."
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
    from tars_bench.planning.plan_file import PLAN_NAME

    place = open_workspace(workspace)
    path = output or place.root / PLAN_NAME
    if is_check:
        _check(place, path, output_format)
        return
    if not is_written and not is_switchback and (metric or start):
        _refuse("--metric and --start are about a plan", "add --write, or --switchback to see one")
    if seed is not None and not is_switchback:
        _refuse("--seed is about days turned on and off", "add --switchback")
    lengths = (baseline_days or phase_days, phase_days or baseline_days)
    wish = _Wish(metric, effect, lengths, _date("--start", start), is_switchback, seed)
    _plan(place, _date("--since", since), wish, path if is_written else None, output_format)


@dataclass(frozen=True)
class _Wish:
    """What the options ask of a plan that is written."""

    metric_id: str | None
    effect: int
    lengths: tuple[int | None, int | None]
    start: date | None
    is_switchback: bool
    seed: int | None


def _plan(
    place: Workspace,
    since: date | None,
    wish: _Wish,
    path: Path | None,
    output_format: TextFormat,
) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from tars_bench.planning.history import read_history
    from tars_bench.planning.plan_file import add_plan
    from tars_bench.shared.tables import json_text

    today = datetime.now(ZoneInfo(place.timezone)).date()
    history = read_history(place, since, today)
    forecasts = [_forecast(one, wish.lengths) for one in history]
    written = _written(history, wish, today) if path or wish.is_switchback else None
    if written and path:
        add_plan(path, written)
    if output_format is TextFormat.JSON:
        write(json_text({"as_of": today, "metrics": forecasts, "plan": written}))
        return
    lines = [*_forecast_lines(forecasts, wish.lengths)]
    if written:
        lines += ["", *_plan_lines(written, path)]
    write("\n".join(lines))


def _forecast(one: MetricDays, lengths: tuple[int | None, int | None]) -> dict[str, object]:
    from tars_bench.planning.power import more_days_needed, spread

    found = spread(one.days)
    document: dict[str, object] = {
        "metric_id": one.metric_id,
        "is_margin": one.margin is not None,
        "known_day_count": len(one.days),
        "more_days_needed": more_days_needed(one.days),
        "mean": found.mean if found else None,
        "day_deviation": found.variance**0.5 if found else None,
        "autocorrelation": found.autocorrelation if found else None,
        "known_share": found.known_share if found else None,
    }
    return {**document, "changes": _changes(one, found, lengths) if found else []}


def _changes(
    one: MetricDays, found: Spread, lengths: tuple[int | None, int | None]
) -> list[dict[str, object]]:
    if one.margin:
        size = one.margin.size * (abs(found.mean) if one.margin.is_relative else 1)
        return [_change(found, "margin", size, lengths)]
    return [_change(found, f"-{share} %", found.mean * share / 100, lengths) for share in _EFFECTS]


def _change(
    found: Spread, name: str, size: float, lengths: tuple[int | None, int | None]
) -> dict[str, object]:
    from tars_bench.planning.power import days_needed, power, whole_weeks

    # Days that never differed say nothing of how much days may differ.
    days = days_needed(found, size) if found.variance else None
    first, second = lengths
    return {
        "change": name,
        "size": size,
        "days_needed": days,
        "days_in_whole_weeks": whole_weeks(days) if days else None,
        "power": power(found, size, first, second) if found.variance and first and second else None,
    }


def _forecast_lines(
    forecasts: Sequence[Mapping[str, object]], lengths: tuple[int | None, int | None]
) -> Iterator[str]:
    from tars_bench.shared.tables import Rows, as_table

    yield "Days that a baseline needs, and as many a phase, to show a change"
    yield "(80 % power at 95 % certainty, rounded up to whole weeks so that weekdays count alike)"
    for is_margin, names in (
        (False, [f"−{share} %" for share in _EFFECTS]),
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
    found = one["changes"]
    changes = found if isinstance(found, list) else []
    cells = [_cell(change, one, key) for change in changes]
    if one["is_margin"]:
        size = changes[0]["size"] if changes else 0
        shown = f"{size:,.0f}" if size >= _LARGE_MARGIN else f"{size:.3g}"
        cells = [shown if changes else "", *(cells or [_TOO_FEW])]
    return [one["metric_id"], one["known_day_count"], *(cells or [_TOO_FEW] * len(_EFFECTS))]


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


def _written(history: Sequence[MetricDays], wish: _Wish, today: date) -> dict[str, object]:
    from datetime import timedelta
    from secrets import randbelow

    from tars_bench.planning.plan_file import Window, plan_document, switchback, windows_of

    metric_id, days = _aim(history, wish)
    start = wish.start or today + timedelta(days=1)
    first, second = (length or days for length in wish.lengths)
    choices: dict[str, object] = {"metric_id": metric_id, "effect": f"-{wish.effect} %"}
    if not wish.is_switchback:
        return plan_document(windows_of(start, first, second), today, choices)
    seed = randbelow(2**31) if wish.seed is None else wish.seed
    schedule = switchback(start, first + second, seed)
    window = Window("switchback", start, schedule[-1][0])
    return plan_document([window], today, {**choices, "seed": seed}, schedule)


def _aim(history: Sequence[MetricDays], wish: _Wish) -> tuple[str, int]:
    """Return which metric the plan is about, and how many days show the change in it."""
    from tars_bench.planning.power import days_needed, spread, whole_weeks
    from tars_bench.shared.errors import NotReadyError, UsageError

    costs = {one.metric_id: one.days for one in history if one.margin is None}
    usual = "cost_per_task" if "cost_per_task" in costs else "cost_per_api_call"
    metric_id = wish.metric_id or usual
    if metric_id not in costs:
        raise UsageError(
            f"no plan can be made for {metric_id!r}", f"known here: {', '.join(sorted(costs))}"
        )
    if all(wish.lengths):
        return metric_id, 0
    found = spread(costs[metric_id])
    days = days_needed(found, found.mean * wish.effect / 100) if found and found.variance else None
    if days is None:
        raise NotReadyError(
            f"no number of days can be told for {wish.effect} % of {metric_id}",
            "name --baseline-days and --phase-days, or wait for more days",
        )
    return metric_id, whole_weeks(days)


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
    from tars_bench.planning.plan_file import check_phases, read_plans
    from tars_bench.shared.tables import Rows, as_table, json_text

    checked = check_phases(place, read_plans(path))
    columns = ("phase_id", "start_date", "end_date", "verdict", "why")
    rows = [
        (
            one.window.name,
            one.window.start,
            one.window.end,
            "exploratory" if one.is_exploratory else "planned",
            _why(one.planned_on, one.late_plan_on),
        )
        for one in checked
    ]
    if output_format is TextFormat.JSON:
        write(json_text([dict(zip(columns, row, strict=True)) for row in rows]))
    else:
        write("\n".join(as_table(Rows(columns, rows))))


def _why(planned_on: date | None, late_plan_on: date | None) -> str:
    if planned_on:
        return f"planned on {planned_on}, before it began"
    if late_plan_on:
        return f"first planned on {late_plan_on}, when it had begun"
    return "no written plan has these days"


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
