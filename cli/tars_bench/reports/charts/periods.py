"""The charts of a weekly or monthly report: its days, the phases behind them, the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tars_bench.reports.charts.build import ChartView, daily_charts, strategy_chart
from tars_bench.reports.model import Chart, Level, Region, number
from tars_bench.reports.read.periods import PeriodData
from tars_bench.reports.read.records import ReportData


def period_charts(data: PeriodData) -> list[Chart]:
    """Return the charts over the days of the period, and what each strategy saved in it."""
    view = ChartView(
        first_date=data.window.first_date,
        last_date=data.window.last_date,
        timezone=data.before.provenance.get("reporting_timezone") or "UTC",
        regions=tuple(_regions(data)),
        levels=tuple(_levels(data)),
    )
    main = next(iter(data.proven), None)
    drawn = data.charts
    if main:
        drawn = replace(drawn, bridge=main.charts.bridge, avoided=main.charts.avoided)
    charts = daily_charts(drawn, _with_bridge(view, main) if main else view)
    strategies = strategy_chart([one for one in data.savings if one["phase_id"] == "period"])
    return [*charts, strategies] if strategies else charts


def _with_bridge(view: ChartView, main: ReportData) -> ChartView:
    names = (main.baseline.phase_name, main.phase.phase_name)
    driver = main.proof.model.get("driver_id", "") if main.proof else ""
    return replace(view, phase_id=main.phase.phase_id, driver_id=driver, names=names)


def _regions(data: PeriodData) -> Iterator[Region]:
    for phase in data.plan:
        yield Region(phase.phase_name, phase.start_date, phase.end_date)


def _levels(data: PeriodData) -> Iterator[Level]:
    line = data.baseline.line("daily_cost") if data.baseline else None
    value = number(line.baseline_value) if line else None
    if value is not None:
        yield Level("Baseline", value)
