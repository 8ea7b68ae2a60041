"""What a report reads of the proof: intervals, bridge, audit, checks and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tars_bench.reports.read.records import Proof, Record
from tars_bench.warehouse.binding import execute

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HEADLINE: Final = """
    select
        verdict,
        cause,
        as_billed_reduction_ratio,
        as_billed_reduction_ratio_low,
        as_billed_reduction_ratio_high,
        constant_price_reduction_ratio,
        price_effect_ratio,
        workload_adjusted_reduction_ratio,
        workload_adjusted_reduction_ratio_low,
        workload_adjusted_reduction_ratio_high,
        serious_check_count,
        warning_check_count,
        constant_price_missing_reason,
        workload_adjusted_missing_reason
    from marts.headline_verdicts
    where phase_id = ?
"""
_ANSWERS: Final = """
    select
        question_id,
        answer,
        is_established,
        evidence_kind,
        unit_of_work,
        baseline_value,
        phase_value,
        change_ratio,
        change_ratio_low,
        change_ratio_high,
        usd_per_day_change,
        usd_per_day_change_low,
        usd_per_day_change_high,
        usd_per_month_change_low,
        usd_per_month_change_high,
        usd_per_year_change_low,
        usd_per_year_change_high,
        interval_basis,
        placebo_pair_count,
        placebo_as_large_count,
        reason_code,
        reason_metric_id,
        reason_value,
        reason_limit,
        days_needed,
        baseline_day_count,
        phase_day_count,
        is_pace_only,
        planned_day_count,
        interim_day_count
    from marts.verdict_answers
    where phase_id = ?
    order by question_order
"""
_REDUCTIONS: Final = """
    select
        workload_adjusted_daily_usd,
        baseline_completed_tasks_per_day,
        phase_completed_tasks_per_day
    from marts.cost_reductions
    where phase_id = ?
"""
_INTERVALS: Final = """
    select
        metric_id,
        resampled_unit,
        change_value,
        change_value_low,
        change_value_high,
        change_ratio_low,
        change_ratio_high,
        baseline_cluster_count,
        phase_cluster_count,
        verdict
    from marts.proof_intervals
    where phase_id = ?
    order by metric_id
"""
_BRIDGE: Final = """
    select
        factor_id,
        factor_name,
        baseline_daily_usd,
        phase_daily_usd,
        change_usd_per_day,
        contribution_usd_per_day,
        share_of_change,
        baseline_driver_value,
        phase_driver_value,
        driver_unit,
        is_token_explained,
        token_explanation_code,
        baseline_explained_share,
        phase_explained_share,
        baseline_billing_ratio,
        phase_billing_ratio,
        missing_reason
    from marts.cost_bridge_phases
    where phase_id = ?
    order by factor_order, factor_id
"""
_BRIDGE_MODELS: Final = """
    select
        model_id,
        factor_name,
        baseline_calls_per_day,
        phase_calls_per_day,
        baseline_daily_usd,
        phase_daily_usd,
        change_usd_per_day,
        contribution_usd_per_day
    from marts.cost_bridge_models
    where phase_id = ?
    order by abs(change_usd_per_day) desc nulls last, model_id, factor_order
"""
_CLAIMS: Final = """
    select
        line_kind,
        line_id,
        line_label,
        event_count,
        saving_claim_count,
        unvalued_claim_count,
        orphan_event_count,
        double_claim_count,
        shared_claim_count,
        claimed_usd_per_day,
        valued_usd_per_day,
        asserted_usd_per_day,
        supported_usd_per_day,
        over_claim_ratio,
        claims_missing_reason,
        support_missing_reason
    from marts.claims_audit
    where phase_id = ?
    order by line_order, line_id
"""
_STRATEGIES: Final = """
    select
        strategy_id,
        strategy_name,
        is_planned,
        event_count,
        traffic_unit,
        traffic_value,
        baseline_traffic_value,
        driver_metric_id,
        driver_metric_name,
        driver_unit,
        driver_change_value,
        driver_change_value_low,
        driver_change_value_high,
        driver_change_ratio,
        driver_change_ratio_low,
        driver_change_ratio_high,
        all_claimed_tokens_per_day,
        used_tokens_per_day,
        status,
        reason_code,
        interval_reason_code,
        interval_reason_limit,
        baseline_cluster_count,
        phase_cluster_count,
        support_missing_reason
    from marts.strategy_verification
    where phase_id = ?
    order by display_order, strategy_id
"""
_HYGIENE: Final = """
    select
        check_id,
        check_name,
        unit,
        worse_is,
        observed_value,
        source_system,
        project,
        model_id,
        baseline_reading,
        phase_reading,
        warning_threshold,
        serious_threshold,
        status,
        sentence
    from marts.hygiene_checks
    where phase_id = ?
    order by check_order, check_id
"""
_QUALITY: Final = """
    select
        metric_id,
        metric_name,
        unit,
        direction,
        margin,
        margin_kind,
        is_required,
        baseline_value,
        phase_value,
        change_value_low,
        change_value_high,
        change_ratio_low,
        change_ratio_high,
        baseline_cluster_count,
        phase_cluster_count,
        status,
        reason_code,
        reason_limit
    from marts.quality_checks
    where phase_id = ?
    order by margin_order, metric_id
"""

_AVOIDED: Final = """
    select
        driver_id,
        disqualified_by,
        reason_value,
        reason_limit,
        baseline_day_count,
        phase_day_count,
        day_class_count,
        r_squared,
        cv_rmse_ratio,
        forecast_error_ratio,
        forecast_bias_ratio,
        observed_usd,
        counterfactual_usd,
        avoided_usd,
        avoided_usd_low,
        avoided_usd_high,
        avoided_ratio,
        fractional_uncertainty_ratio,
        ratio_avoided_usd,
        has_ratio_that_disagrees,
        has_drivers_that_disagree
    from marts.avoided_costs
    where phase_id = ?
    order by driver_id
"""


def read_proof(connection: DuckDBPyConnection, phase_id: str) -> Proof | None:
    """Read the proof of one phase; None for a phase that is compared with nothing."""

    def rows(sql: str) -> tuple[Record, ...]:
        return _records(connection, sql, phase_id)

    headline = rows(_HEADLINE)
    if not headline:
        return None
    return Proof(
        headline=headline[0],
        answers=rows(_ANSWERS),
        reductions=next(iter(rows(_REDUCTIONS)), {}),
        intervals={one["metric_id"]: one for one in rows(_INTERVALS)},
        bridge=rows(_BRIDGE),
        bridge_models=rows(_BRIDGE_MODELS),
        claims=rows(_CLAIMS),
        strategies=rows(_STRATEGIES),
        hygiene=rows(_HYGIENE),
        quality=rows(_QUALITY),
        avoided=rows(_AVOIDED),
    )


def _records(connection: DuckDBPyConnection, sql: str, phase_id: str) -> tuple[Record, ...]:
    cursor = execute(connection, sql, [phase_id])
    names = [column[0] for column in cursor.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
