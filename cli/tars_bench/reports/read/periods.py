"""What a weekly or monthly report reads: its days, beside those before and the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.reports.read.charts import read_chart_data
from tars_bench.reports.read.phases import (
    LINES,
    MODELS,
    PROVENANCE,
    missing_tables_explained,
    read_from,
    read_phases,
    records,
    released_at,
)
from tars_bench.reports.read.records import ChartData, Line, Phase, Record, ReportData
from tars_bench.reports.read.windows import Window, open_windows
from tars_bench.reports.words.windows import in_words
from tars_bench.shared.errors import UsageError
from tars_bench.warehouse.files import open_reader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINES_OF: Final = "final"
"""The layout whose lines a period shows: the one with every metric that reports compare."""

_TABLES: Final = (
    "marts.phase_windows",
    "marts.report_lines",
    "marts.phase_model_usage",
    "marts.phase_strategy_savings",
)


@dataclass(frozen=True, slots=True)
class PeriodData:
    """Everything a weekly or monthly report shows.

    Args:
        kind: weekly or monthly.
        window: The days reported on.
        before: They beside as many days before, or the month before; with the proof where it
            has days with calls.
        baseline: They beside the plan's baseline, with the proof; where they hold days of the
            baseline and days after it, only those after it, beside these. None where the plan has
            none loaded.
        totals: Sums of the window and of the one before, by window id.
        savings: What the event log claims, per strategy, of both.
        days: One row per loaded day of the window.
        costs: The three costs of the window, per source.
        differing: Days of the window on which reported and logged cost differ.
        phases: The plan's phases that have days in the window.
        month: What the month of the window's last day had come to on its last loaded day; empty
            where no day of it is loaded.
        plan: The plan's phases, all of them.
        charts: What the charts draw.
    """

    kind: str
    window: Window
    before: ReportData
    baseline: ReportData | None
    totals: dict[str, Record]
    savings: tuple[Record, ...]
    days: tuple[Record, ...]
    costs: tuple[Record, ...]
    differing: tuple[Record, ...]
    phases: tuple[Record, ...]
    month: Record
    plan: tuple[Phase, ...]
    charts: ChartData

    @property
    def beside(self) -> tuple[ReportData, ...]:
        """What there are figures for: the baseline, then the days before."""
        sides = (self.baseline, self.before)
        return tuple(side for side in sides if side and side.baseline.active_day_count)

    @property
    def is_split(self) -> bool:
        """Whether the days after the baseline are compared with its days in the window."""
        return bool(self.baseline and self.baseline.phase.start_date != self.window.first_date)

    @property
    def proven(self) -> tuple[ReportData, ...]:
        """Those that may be compared with: the first is what the report is about."""
        return tuple(side for side in self.beside if side.proof)


def period_window(kind: str, first: date, last: date) -> Window:
    """Return the days of a report as the reports call them."""
    return Window("period", "This week" if kind == "weekly" else "This month", first, last)


def window_before(kind: str, window: Window) -> Window:
    """Return as many days right before; of a month, the month before."""
    last = window.first_date - timedelta(days=1)
    if kind == "monthly":
        return Window("before", "Month before", last.replace(day=1), last)
    first = last - timedelta(days=window.day_count - 1)
    return Window("before", "Week before", first, last)


def last_loaded_date(database: Path) -> date:
    """Return the last day the published file has data of.

    Raises:
        NotReadyError: Nothing is published.
        UsageError: Nothing is loaded, so no period can be chosen.

    """
    with missing_tables_explained(database), open_reader(database) as connection:
        found = records(connection, _LAST_DATE)
    last = found[0]["last_date"]
    if last is None:
        raise UsageError("nothing is loaded, so no period can be chosen", "name its dates")
    return date.fromisoformat(str(last))


def read_period(database: Path, kind: str, window: Window) -> PeriodData:
    """Read what a weekly or monthly report shows.

    Raises:
        NotReadyError: Nothing is published, or it lacks what the report reads.

    """
    noun = "week" if kind == "weekly" else "month"
    with missing_tables_explained(database):
        with open_reader(database) as connection:
            plan = read_phases(connection)
            days, costs, differing, phases = (
                records(connection, sql, window.ends)
                for sql in (_DAYS, _COSTS, _DIFFERING, _PHASES)
            )
            month_ends = [window.last_date.replace(day=1), window.last_date]
            month = next(iter(records(connection, _MONTH, month_ends)), {})
            before = window_before(kind, window)
            has_calls, had_calls = (
                bool(records(connection, _ACTIVE_DAYS, one.ends)[0]["active_day_count"])
                for one in (window, before)
            )
        is_proven = has_calls and had_calls
        with open_windows(database, before, window, _wanted(is_proven)) as connection:
            read = _side(connection, is_proven=is_proven)
            earlier = in_words(read, f"this {noun}", f"the {noun} before")
            totals = {one["phase_id"]: one for one in records(connection, _TOTALS)}
            savings = records(connection, _SAVINGS)
            charts = read_chart_data(connection)
        baseline = _baseline_side(database, plan, window, noun, has_calls=has_calls)
    return PeriodData(
        kind=kind,
        window=window,
        before=earlier,
        baseline=baseline,
        totals=totals,
        savings=savings,
        days=days,
        costs=costs,
        differing=differing,
        phases=phases,
        month=month,
        plan=tuple(plan),
        charts=charts,
    )


def _baseline_side(
    database: Path, plan: Sequence[Phase], window: Window, noun: str, *, has_calls: bool
) -> ReportData | None:
    planned = next((phase for phase in plan if phase.is_baseline), None)
    if planned is None or not planned.active_day_count:
        return None
    baseline = Window("baseline", planned.phase_name, planned.start_date, planned.end_date)
    split = split_at_baseline(baseline, window, noun)
    if split and all(_active_days(database, one) for one in split):
        with open_windows(database, *split) as connection:
            side = _side(connection, is_proven=True)
        return in_words(side, f"the rest of this {noun}", "the baseline")
    is_proven = has_calls and not baseline.overlaps(window)
    with open_windows(database, baseline, window, _wanted(is_proven)) as connection:
        return in_words(_side(connection, is_proven=is_proven), f"this {noun}", "the baseline")


def split_at_baseline(
    baseline: Window, window: Window, noun: str = "week"
) -> tuple[Window, Window] | None:
    """Return a window's days of the baseline and those after it; None where it has not both."""
    if not (baseline.overlaps(window) and baseline.last_date < window.last_date):
        return None
    first = max(baseline.first_date, window.first_date)
    after = baseline.last_date + timedelta(days=1)
    return (
        Window("baseline", baseline.name, first, baseline.last_date),
        Window("period", f"Rest of the {noun}", after, window.last_date),
    )


def _active_days(database: Path, window: Window) -> int:
    with open_reader(database) as connection:
        return int(records(connection, _ACTIVE_DAYS, window.ends)[0]["active_day_count"])


def _wanted(is_proven: bool) -> Sequence[str]:
    """Return the tables to build: all of them for a proof, else those of the figures."""
    return () if is_proven else _TABLES


def _side(connection: DuckDBPyConnection, *, is_proven: bool) -> ReportData:
    """Read the window beside its only baseline, with the proof or without."""
    baseline, phase = read_phases(connection)
    if is_proven:
        found = read_from(connection, LINES_OF, phase.phase_id)
        return replace(found, kind="period", checklist=(), conditions=())
    lines = records(connection, LINES, [LINES_OF, phase.phase_id])
    return ReportData(
        kind="period",
        phase=phase,
        baseline=baseline,
        lines=tuple(Line(**record) for record in lines),
        models=records(connection, MODELS, [baseline.phase_id, phase.phase_id]),
        sessions=(),
        savings=(),
        savings_lines=(),
        targets=(),
        financial=(),
        checklist=(),
        conditions=(),
        provenance=next(iter(records(connection, PROVENANCE)), {}),
        released_at=released_at(connection),
    )


_LAST_DATE: Final = """
    select max(metric_date) as last_date
    from marts.metrics_daily
    where day_count > 0
"""
_ACTIVE_DAYS: Final = """
    select coalesce(sum(active_day_count), 0) as active_day_count
    from marts.metrics_daily
    where metric_date between ? and ?
"""
_TOTALS: Final = """
    select
        phase_id,
        cost_usd,
        request_count,
        api_call_count,
        case when (
            select sum(cache_judged_request_count)
            from marts.metrics_daily
            where metric_date between start_date and end_date
        ) > 0 then cache_hit_count end as cache_hit_count,
        case when task_count > 0 or request_count = 0 then task_count end as task_count,
        token_count,
        day_count,
        active_day_count
    from marts.phase_windows
"""
_SAVINGS: Final = """
    select
        phase_id,
        strategy_id,
        strategy_name,
        event_count,
        orphan_event_count,
        unvalued_event_count,
        active_day_count,
        savings_usd,
        claimed_savings_usd,
        savings_per_day_usd,
        missing_reason
    from marts.phase_strategy_savings
    order by display_order, strategy_id
"""
_DAYS: Final = """
    select
        metrics_daily.metric_date,
        phase_windows.phase_name,
        metrics_daily.active_day_count,
        metrics_daily.request_count,
        metrics_daily.api_call_count,
        metrics_daily.token_count,
        metrics_daily.cost_usd,
        metrics_daily.cache_hit_rate,
        metrics_daily.error_rate,
        metrics_daily.response_time_avg
    from marts.metrics_daily
    left join marts.phase_windows
        on metrics_daily.metric_date between phase_windows.start_date and phase_windows.end_date
    where metrics_daily.day_count > 0 and metrics_daily.metric_date between ? and ?
    order by metrics_daily.metric_date
"""
_COSTS: Final = """
    select
        source_system,
        sum(cost_usd) as cost_usd,
        sum(recorded_cost_usd) as recorded_cost_usd,
        sum(list_cost_usd) as list_cost_usd,
        sum(reported_cost_usd) as reported_cost_usd,
        count(*) as day_count,
        count(*) filter (where reconciliation_status = 'matches') as matching_day_count,
        count(*) filter (where reconciliation_status = 'differs') as differing_day_count,
        count(*) filter (where reconciliation_status = 'not reported') as unreported_day_count
    from marts.cost_reconciliation_daily
    where cost_date between ? and ?
    group by source_system
    order by source_system
"""
_DIFFERING: Final = """
    select
        cost_date,
        source_system,
        reconciliation_status,
        cost_usd,
        reported_cost_usd,
        reported_minus_logged_usd,
        api_call_count,
        reported_api_call_count
    from marts.cost_reconciliation_daily
    where
        cost_date between ? and ?
        and reconciliation_status not in ('matches', 'not reported')
    order by cost_date, source_system
"""
_PHASES: Final = """
    select
        phase_windows.phase_id,
        phase_windows.phase_name,
        phase_windows.start_date,
        phase_windows.end_date,
        phase_windows.strategy_names,
        phase_windows.planned_day_count,
        phase_windows.day_count,
        phase_windows.is_baseline,
        target_achievement.achieved_reduction_ratio,
        target_achievement.target_min,
        target_achievement.target_max,
        target_achievement.status,
        target_achievement.missing_reason
    from marts.phase_windows
    left join marts.target_achievement
        on
            phase_windows.phase_id = target_achievement.phase_id
            and target_achievement.cost_basis = 'daily'
    where phase_windows.end_date >= ? and phase_windows.start_date <= ?
    order by phase_windows.phase_order, phase_windows.phase_id
"""
_MONTH: Final = """
    select
        dim_dates.calendar_date as last_date,
        dim_dates.month_day_count,
        dim_dates.month_days_left,
        dim_dates.month_loaded_day_count,
        dim_dates.month_cost_usd,
        dim_dates.month_usd_per_day,
        dim_dates.month_projected_usd,
        dim_dates.month_projected_usd_low,
        dim_dates.month_projected_usd_high,
        budgets.monthly_budget_usd,
        dim_dates.month_cost_usd - budgets.monthly_budget_usd as spent_over_budget_usd,
        dim_dates.month_projected_usd - budgets.monthly_budget_usd
            as projected_over_budget_usd,
        budgets.monthly_budget_usd - dim_dates.month_cost_usd as budget_left_usd,
        (budgets.monthly_budget_usd - dim_dates.month_cost_usd)
        / nullif(dim_dates.month_days_left, 0) as budget_left_per_day_usd
    from marts.dim_dates
    cross join (
        select cast(min(monthly_budget_usd) as double) as monthly_budget_usd
        from seeds.budgets
    ) as budgets
    where dim_dates.is_loaded and dim_dates.calendar_date between ? and ?
    order by dim_dates.calendar_date desc
    limit 1
"""
