-- What was measured for each condition of the checklist in the phase it asks for, with
-- the interval of the figure; not yet held against its thresholds.
--   phase_scope  'baseline', 'last' (the final phase, else the last of the plan),
--                'final' (only a phase the plan calls final) or a phase_id

with checklist as (

    select * from {{ ref('validation_checklist') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

strategy_savings as (

    select * from {{ ref('phase_strategy_savings') }}

),

strategy_verification as (

    select * from {{ ref('strategy_verification') }}

),

metric_bounds as (

    select * from {{ ref('int_metric_bounds') }}

),

optimized_days as (

    select * from {{ ref('int_window_optimized_days') }}

),

scoped_conditions as (

    select
        checklist.line_id,
        checklist.condition_order,
        phase_windows.phase_id
    from checklist
    inner join phase_windows
        on
            case checklist.phase_scope
                when 'baseline'
                    then phase_windows.phase_id = phase_windows.baseline_phase_id
                when 'last' then phase_windows.is_reported_final
                when 'final'
                    then
                        phase_windows.is_reported_final
                        and phase_windows.is_declared_final
                else checklist.phase_scope = phase_windows.phase_id
            end

),

final as (

    select
        checklist.line_id,
        checklist.condition_order,
        checklist.kind,
        checklist.line_order,
        checklist.line_text,
        checklist.condition_text,
        checklist.phase_scope,
        scoped_conditions.phase_id,
        phase_windows.baseline_phase_id,
        checklist.metric_id,
        checklist.strategy_id,
        checklist.measure,
        checklist.unit,
        case checklist.measure
            when 'value' then phase_metrics.metric_value
            when 'reduction_ratio' then round(-phase_comparison.change_ratio, 12)
            when 'days_before_optimization'
                then
                    case
                        when phase_windows.day_count > 0
                            then optimized_days.unoptimized_day_count
                    end
            when 'is_switched_on'
                then cast(cast(strategy_savings.is_switched_on as integer) as double)
            when 'is_verified'
                then
                    case
                        when strategy_verification.status = 'verified' then 1
                        when strategy_verification.status != 'not measurable' then 0
                    end
            else
                case
                    when not phase_windows.has_event_log then null
                    when checklist.measure = 'event_count'
                        then strategy_savings.event_count
                    when checklist.measure = 'matched_share'
                        then strategy_savings.matched_call_share
                    when checklist.measure = 'tokens_saved'
                        then strategy_savings.tokens_saved
                end
        end as observed_value,
        phase_comparison.baseline_value,
        checklist.min_threshold,
        checklist.max_threshold,
        checklist.min_inclusive,
        checklist.max_inclusive,
        checklist.better_beyond,
        case
            when checklist.measure in ('value', 'reduction_ratio')
                then phase_metrics.sample_count
            when checklist.measure = 'days_before_optimization'
                then optimized_days.unoptimized_call_count
            when checklist.measure = 'is_switched_on' then null
            else strategy_savings.event_count
        end as sample_count,
        case
            when checklist.measure = 'reduction_ratio'
                then phase_comparison.baseline_sample_count
        end as baseline_sample_count,
        case checklist.measure
            when 'value' then metric_bounds.value_low
            when 'reduction_ratio' then metric_bounds.reduction_low
        end as interval_low,
        case checklist.measure
            when 'value' then metric_bounds.value_high
            when 'reduction_ratio' then metric_bounds.reduction_high
        end as interval_high,
        case checklist.measure
            when 'value' then 1
            when 'reduction_ratio' then metric_bounds.phase_variance_share
        end as variance_share,
        case
            when checklist.measure in ('value', 'reduction_ratio')
                then metric_bounds.cluster_count
            when checklist.measure = 'is_verified'
                then strategy_verification.phase_cluster_count
        end as cluster_count,
        case
            when checklist.measure = 'reduction_ratio'
                then metric_bounds.baseline_cluster_count
            when checklist.measure = 'is_verified'
                then strategy_verification.baseline_cluster_count
        end as baseline_cluster_count,
        coalesce(metric_bounds.reason_code, strategy_verification.interval_reason_code)
            as interval_reason_code,
        coalesce(
            metric_bounds.reason_limit, strategy_verification.interval_reason_limit
        ) as interval_reason_limit,
        strategy_verification.driver_metric_name,
        strategy_verification.status as verification_status,
        strategy_verification.reason_code as verification_reason_code,
        phase_windows.day_count,
        phase_windows.active_day_count,
        phase_windows.is_final_by_fallback,
        phase_windows.phase_order is null as is_phase_missing,
        phase_windows.day_count = 0 as is_phase_unloaded,
        not phase_windows.has_event_log as is_event_log_missing,
        phase_metrics.missing_cause,
        phase_comparison.missing_reason as comparison_missing_reason
    from checklist
    left join scoped_conditions
        on
            checklist.line_id = scoped_conditions.line_id
            and checklist.condition_order = scoped_conditions.condition_order
    left join phase_windows on scoped_conditions.phase_id = phase_windows.phase_id
    left join phase_metrics
        on
            scoped_conditions.phase_id = phase_metrics.phase_id
            and checklist.metric_id = phase_metrics.metric_id
    left join phase_comparison
        on
            scoped_conditions.phase_id = phase_comparison.phase_id
            and checklist.metric_id = phase_comparison.metric_id
    left join strategy_savings
        on
            scoped_conditions.phase_id = strategy_savings.phase_id
            and checklist.strategy_id = strategy_savings.strategy_id
    left join optimized_days
        on scoped_conditions.phase_id = optimized_days.phase_id
    left join metric_bounds
        on
            scoped_conditions.phase_id = metric_bounds.phase_id
            and checklist.metric_id = metric_bounds.metric_id
    left join strategy_verification
        on
            scoped_conditions.phase_id = strategy_verification.phase_id
            and checklist.strategy_id = strategy_verification.strategy_id

)

select * from final
