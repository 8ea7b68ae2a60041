"""What the dashboard and the progress of measuring read from the marts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tars_bench.reports.read.phases import (
    PROVENANCE,
    missing_tables_explained,
    records,
    released_at,
)
from tars_bench.reports.read.records import Record
from tars_bench.shared.errors import NotReadyError
from tars_bench.warehouse.files import open_reader

_WINDOWS: Final = """
    select
        window_id,
        phase_id,
        window_name,
        hour_at,
        first_date,
        last_date,
        planned_day_count,
        day_count,
        active_day_count,
        baseline_day_count,
        request_count,
        api_call_count,
        data_until_at
    from marts.dashboard_windows
    order by window_order
"""
_METRICS: Final = """
    select
        window_id,
        metric_id,
        unit,
        metric_value,
        baseline_value,
        reduction_ratio,
        sample_count,
        missing_cause
    from marts.dashboard_metrics
"""
_TOTALS: Final = """
    select
        window_id,
        total_id,
        unit,
        total_value,
        baseline_projection,
        change_ratio
    from marts.dashboard_totals
    order by window_id, total_order
"""
_MODELS: Final = """
    select
        usage_date,
        model_family,
        model_ids,
        model_count,
        api_call_count,
        cost_usd,
        call_share,
        cost_share
    from marts.dashboard_models
    order by api_call_count desc, model_family
"""
_SAVINGS: Final = """
    select
        line_kind,
        strategy_id,
        line_label,
        savings_date,
        event_count,
        orphan_event_count,
        unvalued_event_count,
        savings_usd,
        claimed_savings_usd,
        day_cost_usd,
        baseline_daily_cost_usd,
        share_of_day_cost,
        share_of_baseline_cost
    from marts.dashboard_savings
    order by line_kind, savings_usd desc nulls last, display_order
"""
_ALERTS: Final = """
    select
        alert_id,
        metric_id,
        measure,
        time_window,
        comparison,
        threshold,
        unit,
        status,
        alert_label,
        observed_value,
        sample_count,
        missing_cause
    from marts.dashboard_alerts
    order by alert_order, alert_id
"""
_TREND: Final = """
    select
        metrics_daily.metric_date,
        metrics_daily.cost_usd
    from marts.metrics_daily
    inner join marts.dashboard_windows
        on
            metrics_daily.metric_date
            between dashboard_windows.first_date and dashboard_windows.last_date
    where
        dashboard_windows.window_id = '30d'
        and metrics_daily.day_count > 0
    order by metrics_daily.metric_date
"""
_PLAN: Final = """
    select
        phase_id,
        phase_name,
        new_strategy_names,
        start_date,
        end_date,
        target_reduction_ratio,
        target_reduction_max_ratio,
        is_baseline,
        is_reported_final,
        has_every_strategy
    from marts.phase_windows
    order by phase_order
"""
_DAYS: Final = """
    select
        planned_date,
        phase_id,
        week_number,
        week_day_number,
        api_call_count,
        is_loaded,
        is_active
    from marts.measurement_days
    order by planned_date
"""
_UNMEASURED: Final = """
    select
        phase_metrics.phase_id,
        metric_definitions.metric_name,
        phase_metrics.missing_cause
    from marts.phase_metrics
    inner join seeds.metric_definitions
        on phase_metrics.metric_id = metric_definitions.metric_id
    where phase_metrics.missing_cause is not null
    order by metric_definitions.metric_order
"""

LIVE_TABLES: Final = (
    "dashboard_windows",
    "dashboard_metrics",
    "dashboard_totals",
    "dashboard_models",
    "dashboard_savings",
    "dashboard_alerts",
    "measurement_days",
    "phase_windows",
    "metrics_daily",
    "report_provenance",
)
"""The marts a live view is made of; the dashboard reads no other."""


@dataclass(frozen=True, slots=True)
class DashboardData:
    """Everything the dashboard shows."""

    windows: dict[str, Record]
    metrics: dict[tuple[str, str], Record]
    totals: dict[tuple[str, str], Record]
    models: tuple[Record, ...]
    savings: tuple[Record, ...]
    alerts: tuple[Record, ...]
    trend: tuple[Record, ...]
    provenance: Record
    released_at: datetime | None

    @property
    def data_until(self) -> datetime:
        """When the last loaded request was made, in UTC."""
        until: datetime = self.windows["1h"]["data_until_at"]
        return until


@dataclass(frozen=True, slots=True)
class ProgressData:
    """Everything the progress of measuring shows."""

    phases: tuple[Record, ...]
    days: tuple[Record, ...]
    unmeasured: tuple[Record, ...]
    provenance: Record
    released_at: datetime | None


def read_dashboard(database: Path) -> DashboardData:
    """Read what the dashboard shows.

    Raises:
        NotReadyError: The file does not exist, lacks the marts, or holds no request.
    """
    with missing_tables_explained(database), open_reader(database) as connection:
        windows = {row["window_id"]: row for row in records(connection, _WINDOWS)}
        if windows["1h"]["data_until_at"] is None:
            raise NotReadyError(
                "no request is loaded yet, so there is nothing to show",
                "`tars-bench status` shows what was read and set aside",
            )
        metrics = records(connection, _METRICS)
        totals = records(connection, _TOTALS)
        return DashboardData(
            windows=windows,
            metrics={(row["window_id"], row["metric_id"]): row for row in metrics},
            totals={(row["window_id"], row["total_id"]): row for row in totals},
            models=records(connection, _MODELS),
            savings=records(connection, _SAVINGS),
            alerts=records(connection, _ALERTS),
            trend=records(connection, _TREND),
            provenance=next(iter(records(connection, PROVENANCE)), {}),
            released_at=released_at(connection),
        )


def read_progress(database: Path) -> ProgressData:
    """Read the plan and what is loaded of it.

    Raises:
        NotReadyError: The file does not exist or lacks the marts.
    """
    with missing_tables_explained(database), open_reader(database) as connection:
        return ProgressData(
            phases=records(connection, _PLAN),
            days=records(connection, _DAYS),
            unmeasured=records(connection, _UNMEASURED),
            provenance=next(iter(records(connection, PROVENANCE)), {}),
            released_at=released_at(connection),
        )
