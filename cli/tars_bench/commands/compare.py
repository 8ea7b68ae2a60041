"""`tars-bench compare`: any two spans of days, or two labels on the same days, without a plan."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands.delivery import FullOption, ReportFormat, deliver
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace
from tars_bench.shared.errors import UsageError

if TYPE_CHECKING:
    from tars_bench.reports.model import Report
    from tars_bench.reports.read.experiments import Arms
    from tars_bench.reports.read.windows import Window
    from tars_bench.workspace.config import Workspace

_UNITS = ("session", "task", "user", "project")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Compare any two spans of days, or two labels on the same days.",
        epilog=(
            "\b\nExample:\n  tars-bench compare --baseline 2026-02-11..2026-02-13 "
            "--candidate 2026-03-02..2026-03-08\n"
            "  tars-bench compare --arms arm=control,treated --from 2026-03-02 --to 2026-03-29"
        ),
    )(compare)


def compare(
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="DAYS",
            help="First and last day compared with, as FIRST..LAST.",
            show_default=False,
        ),
    ] = None,
    candidate: Annotated[
        str | None,
        typer.Option(
            "--candidate",
            metavar="DAYS",
            help="First and last day in question.",
            show_default=False,
        ),
    ] = None,
    arms: Annotated[
        str | None,
        typer.Option(
            "--arms",
            metavar="KIND=CONTROL,TREATED",
            help="Two labels on the same days: of kind arm, tag, user, project or model. Several "
            "of a side with | between them.",
            show_default=False,
        ),
    ] = None,
    first_day: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DATE",
            help="With --arms: the first day. Default: the first loaded.",
            show_default=False,
        ),
    ] = None,
    last_day: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="DATE",
            help="With --arms: the last day. Default: the last loaded.",
            show_default=False,
        ),
    ] = None,
    assigned: Annotated[
        str | None,
        typer.Option(
            "--assigned",
            metavar="UNIT",
            help="With --arms: what was put on a side as a whole: session, task, user or project. "
            "Default: the user or project that is compared, else session.",
            show_default=False,
        ),
    ] = None,
    is_randomised: Annotated[
        bool,
        typer.Option("--randomised", help="With --arms: a draw decided what was on which side."),
    ] = False,
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
    """Compare two spans of days as a phase report does, or two labels as an experiment.

    No plan and no seed is edited.
    """
    rest = (first_day, last_day, assigned)
    if arms and (baseline or candidate):
        raise UsageError(
            "--arms compares labels, --baseline and --candidate compare days",
            "leave one of the two out",
        )
    if not arms and (any(rest) or is_randomised):
        raise UsageError("--from, --to, --assigned and --randomised are about labels", "add --arms")
    if arms:
        asked = _arms(arms, *rest, is_randomised=is_randomised)
        opened = open_workspace(workspace)
        built = _labels(opened, asked)
    else:
        windows = _windows(baseline, candidate)
        opened = open_workspace(workspace)
        built = _days(opened, *windows)
    deliver(built, output_format, output, opened.name, is_full=full)


def _windows(baseline: str | None, candidate: str | None) -> tuple[Window, Window]:
    from tars_bench.reports.documents.comparison import comparison_windows

    for name, value in (("--baseline", baseline), ("--candidate", candidate)):
        if value is None:
            raise UsageError(
                f"{name} is missing", "name two spans of days, or two labels with --arms"
            )
    return comparison_windows(baseline or "", candidate or "")


def _days(opened: Workspace, baseline: Window, candidate: Window) -> Report:
    from tars_bench.planning.plan_file import PLAN_NAME, plan_check
    from tars_bench.reports.documents.comparison import build_comparison

    check = plan_check(opened.root / PLAN_NAME)
    return build_comparison(opened.published_database, baseline, candidate, check)


def _labels(opened: Workspace, arms: Arms) -> Report:
    from tars_bench.reports.documents.experiment import build_arms_report

    return build_arms_report(opened.published_database, arms)


def _arms(
    text: str,
    first_day: str | None,
    last_day: str | None,
    assigned: str | None,
    *,
    is_randomised: bool,
) -> Arms:
    from tars_bench.reports.read.experiments import LABEL_COLUMNS, Arms

    kind, control, treated = _sides(text, tuple(LABEL_COLUMNS))
    unit = assigned or (kind if kind in ("user", "project") else "session")
    if unit not in _UNITS:
        raise UsageError(f"--assigned is no unit: {unit!r}", f"known: {', '.join(_UNITS)}")
    first, last = _date("--from", first_day), _date("--to", last_day)
    if first and last and last < first:
        raise UsageError(f"--to {last} is before --from {first}")
    return Arms(kind, control, treated, first, last, unit, is_randomised)


def _sides(text: str, kinds: tuple[str, ...]) -> tuple[str, str, str]:
    kind, _, sides = text.partition("=")
    control, _, treated = (part.strip() for part in sides.partition(","))
    if kind not in kinds or not all((control, treated)) or "," in treated:
        raise UsageError(
            f"--arms is no pair of labels: {text!r}",
            f"write it as arm=control,treated; kinds: {', '.join(kinds)}",
        )
    if set(control.split("|")) & set(treated.split("|")):
        raise UsageError(f"--arms has one label on both sides: {text!r}", "name two sides")
    return kind, control, treated


def _date(option: str, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(f"{option} is no date: {value!r}", "write it as 2026-03-02") from error
