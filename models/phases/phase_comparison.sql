-- Each phase beside the baseline. change_value = phase − baseline; change_ratio =
-- change_value / baseline, null where the baseline is null or zero: a metric that
-- starts at zero has a change but no percentage. Whether a change is more than
-- chance is said in proof_intervals alone.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

paired_values as (

    select
        baseline_metrics.phase_id as baseline_phase_id,
        phase_metrics.phase_id,
        phase_metrics.metric_id,
        phase_metrics.unit,
        phase_metrics.direction,
        baseline_metrics.metric_value as baseline_value,
        phase_metrics.metric_value as phase_value,
        baseline_metrics.numerator as baseline_numerator,
        baseline_metrics.denominator as baseline_denominator,
        phase_metrics.numerator as phase_numerator,
        phase_metrics.denominator as phase_denominator,
        baseline_metrics.sample_count as baseline_sample_count,
        phase_metrics.sample_count as phase_sample_count,
        baseline_metrics.active_day_count as baseline_active_day_count,
        phase_metrics.active_day_count as phase_active_day_count,
        phase_metrics.metric_value - baseline_metrics.metric_value as change_value,
        case
            when phase_metrics.missing_cause is not null
                then phase_metrics.missing_cause || ' in this phase'
            when baseline_metrics.missing_cause is not null
                then baseline_metrics.missing_cause || ' in the baseline'
        end as missing_reason
    from phase_windows
    inner join phase_metrics on phase_windows.phase_id = phase_metrics.phase_id
    inner join phase_metrics as baseline_metrics
        on
            phase_windows.baseline_phase_id = baseline_metrics.phase_id
            and phase_metrics.metric_id = baseline_metrics.metric_id
    where not phase_windows.is_baseline

),

final as (

    select
        paired_values.baseline_phase_id,
        paired_values.phase_id,
        paired_values.metric_id,
        paired_values.unit,
        paired_values.direction,
        paired_values.baseline_value,
        paired_values.phase_value,
        paired_values.change_value,
        {{ safe_divide('paired_values.change_value', 'paired_values.baseline_value') }}
            as change_ratio,
        paired_values.baseline_numerator,
        paired_values.baseline_denominator,
        paired_values.phase_numerator,
        paired_values.phase_denominator,
        paired_values.baseline_sample_count,
        paired_values.phase_sample_count,
        paired_values.baseline_active_day_count,
        paired_values.phase_active_day_count,
        paired_values.missing_reason
    from paired_values

)

select * from final
