"""`tars-bench report`: what the published figures say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.commands.delivery import FullOption, ReportFormat, deliver
from tars_bench.commands.options import DebugOption, QuietOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from tars_bench.reports.model import Report
    from tars_bench.workspace.config import Workspace


class ReportKind(StrEnum):
    """Which report."""

    BASELINE = "baseline"
    PHASE = "phase"
    FINAL = "final"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CHECKLIST = "checklist"
    EXPERIMENT = "experiment"


class ReportPeriod(StrEnum):
    """The kinds that may be asked for by their length."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(
        short_help="Print the report of a phase, a week, a month, or the checklist.",
        epilog=(
            "\b\nExample:\n  tars-bench report phase --phase 1 --format markdown\n"
            "  tars-bench report weekly --start-date 2026-02-10 --end-date 2026-02-16\n"
            "  tars-bench report monthly --month 2026-02"
        ),
    )(report)


def report(
    kind: Annotated[
        ReportKind | None,
        typer.Argument(
            metavar="KIND",
            help="baseline, phase, final, weekly, monthly, checklist or experiment.",
            show_default=False,
        ),
    ] = None,
    period: Annotated[
        ReportPeriod | None,
        typer.Option("--period", help="The same as KIND weekly or monthly.", show_default=False),
    ] = None,
    phase: Annotated[
        str | None,
        typer.Option(
            "--phase",
            metavar="ID",
            help="Which phase `report phase` is about; 1 means phase_1.",
            show_default=False,
        ),
    ] = None,
    start_date: Annotated[
        str | None,
        typer.Option(
            "--start-date",
            metavar="DATE",
            help="First day of `report weekly`. Default: six days before the last.",
            show_default=False,
        ),
    ] = None,
    end_date: Annotated[
        str | None,
        typer.Option(
            "--end-date",
            metavar="DATE",
            help="Last day of `report weekly`. Default: the last day loaded.",
            show_default=False,
        ),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(
            "--month",
            metavar="YYYY-MM",
            help="Which month `report monthly` is about. Default: that of the last day loaded.",
            show_default=False,
        ),
    ] = None,
    experiment: Annotated[
        str | None,
        typer.Option(
            "--experiment",
            metavar="ID",
            help="Which experiment `report experiment` is about. Default: the only one.",
            show_default=False,
        ),
    ] = None,
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
    """Print a report from the published file.

    It is about the baseline, a phase, the whole plan (final), a week, a month, the checklist or an
    experiment.
    """
    wanted = _kind(kind, period)
    chosen = {
        "--phase": phase,
        "--start-date": start_date,
        "--end-date": end_date,
        "--month": month,
        "--experiment": experiment,
    }
    _check_options(wanted, {name: value for name, value in chosen.items() if value is not None})
    opened = open_workspace(workspace)
    built = _build(opened, wanted, chosen)
    deliver(built, output_format, output, opened.name, is_full=full)


_OPTIONS_OF = {
    ReportKind.PHASE: ("--phase",),
    ReportKind.WEEKLY: ("--start-date", "--end-date"),
    ReportKind.MONTHLY: ("--month",),
    ReportKind.EXPERIMENT: ("--experiment",),
}


def _kind(kind: ReportKind | None, period: ReportPeriod | None) -> ReportKind:
    named = ReportKind(period.value) if period else kind
    if named is None:
        raise typer.BadParameter("missing: baseline, phase, final, …", param_hint="KIND")
    if kind not in (None, named):
        raise typer.BadParameter(f"`report {kind}` is not {period}", param_hint="--period")
    return named


def _check_options(kind: ReportKind, given: Mapping[str, str]) -> None:
    for name in given:
        if name not in _OPTIONS_OF.get(kind, ()):
            raise typer.BadParameter(f"`report {kind}` takes no {name}", param_hint=name)
    if kind is ReportKind.PHASE and not given:
        raise typer.BadParameter("`report phase` needs --phase ID", param_hint="--phase")


def _build(place: Workspace, kind: ReportKind, chosen: Mapping[str, str | None]) -> Report:
    from tars_bench.commands.windows import monthly_days, weekly_days
    from tars_bench.planning.experiment_seeds import schedules_planned
    from tars_bench.planning.plan_file import PLAN_NAME, plan_check
    from tars_bench.reports.documents.build import build_report
    from tars_bench.reports.documents.checklist import build_checklist_report
    from tars_bench.reports.documents.experiment import build_experiment_report
    from tars_bench.reports.documents.period import build_period_report

    database = place.published_database
    if kind is ReportKind.CHECKLIST:
        return build_checklist_report(database)
    if kind is ReportKind.EXPERIMENT:
        planned = schedules_planned(place, place.root / PLAN_NAME)
        return build_experiment_report(database, chosen["--experiment"], planned)
    if kind is ReportKind.WEEKLY:
        days = weekly_days(database, chosen["--start-date"], chosen["--end-date"])
        return build_period_report(database, kind.value, *days)
    if kind is ReportKind.MONTHLY:
        days = monthly_days(database, chosen["--month"])
        return build_period_report(database, kind.value, *days)
    check = plan_check(place.root / PLAN_NAME)
    return build_report(database, kind.value, chosen["--phase"], check)
