"""The charts of a phase's report: its span, the phases behind it, what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator

from tars_bench.reports.charts.build import (
    ChartView,
    daily_charts,
    strategy_chart,
    target_levels,
)
from tars_bench.reports.model import Chart, Level, Region, number
from tars_bench.reports.read.records import ReportData


def charts_of(data: ReportData) -> list[Chart]:
    """Return the charts of a baseline, phase or final report."""
    charts = daily_charts(data.charts, phase_view(data))
    strategies = None if data.is_baseline else strategy_chart(data.savings)
    return [*charts, strategies] if strategies else charts


def phase_view(data: ReportData) -> ChartView:
    """Return the days from the baseline's first to the phase's last, and their comparison."""
    baseline, phase = data.baseline, data.phase
    return ChartView(
        first_date=min(baseline.start_date, phase.start_date),
        last_date=max(baseline.end_date, phase.end_date),
        timezone=data.provenance.get("reporting_timezone") or "UTC",
        regions=tuple(_regions(data)),
        levels=tuple(_levels(data)),
        phase_id=phase.phase_id,
        driver_id=data.proof.model.get("driver_id", "") if data.proof else "",
        names=(baseline.phase_name, phase.phase_name),
    )


def _regions(data: ReportData) -> Iterator[Region]:
    compared = {data.baseline.phase_id, data.phase.phase_id}
    for phase in data.phases or (data.baseline, data.phase):
        yield Region(phase.phase_name, phase.start_date, phase.end_date, phase.phase_id in compared)


def _levels(data: ReportData) -> Iterator[Level]:
    line = data.line("daily_cost")
    before = line and (line.phase_value if data.is_baseline else line.baseline_value)
    value = number(before)
    if value is not None:
        yield Level("Mean" if data.is_baseline else "Baseline", value)
    yield from target_levels(data.targets)
