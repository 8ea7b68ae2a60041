-- What was measured for each condition of the checklist, beside its thresholds. This
-- model measures and does not judge: a status comes from the suites that read it. A
-- condition that could not be measured keeps its row, with the reason.
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

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

optimization_events as (

    select * from {{ ref('fct_optimization_events') }}

),

first_event as (

    select min(optimization_events.occurred_date) as first_event_date
    from optimization_events
    where optimization_events.strategy_id is not null

),

days_before_optimization as (

    select
        phase_windows.phase_id,
        coalesce(sum(metrics_daily.active_day_count), 0) as unoptimized_day_count,
        coalesce(sum(metrics_daily.api_call_count), 0) as unoptimized_call_count
    from phase_windows
    left join first_event on true
    left join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
            and metrics_daily.metric_date
            < coalesce(first_event.first_event_date, metrics_daily.metric_date + 1)
    group by phase_windows.phase_id

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

measured_conditions as (

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
                            then days_before_optimization.unoptimized_day_count
                    end
            when 'is_switched_on'
                then cast(cast(strategy_savings.is_switched_on as integer) as double)
            when 'event_count'
                then
                    case
                        when phase_windows.has_event_log
                            then strategy_savings.event_count
                    end
            when 'matched_share'
                then
                    case
                        when phase_windows.has_event_log
                            then strategy_savings.matched_call_share
                    end
            when 'tokens_saved'
                then
                    case
                        when phase_windows.has_event_log
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
                then days_before_optimization.unoptimized_call_count
            when checklist.measure = 'is_switched_on' then null
            else strategy_savings.event_count
        end as sample_count,
        case
            when checklist.measure = 'reduction_ratio'
                then phase_comparison.baseline_sample_count
        end as baseline_sample_count,
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
    left join days_before_optimization
        on scoped_conditions.phase_id = days_before_optimization.phase_id

),

final as (

    select
        measured_conditions.line_id,
        measured_conditions.condition_order,
        measured_conditions.kind,
        measured_conditions.line_order,
        measured_conditions.line_text,
        measured_conditions.condition_text,
        measured_conditions.phase_scope,
        measured_conditions.phase_id,
        measured_conditions.baseline_phase_id,
        measured_conditions.metric_id,
        measured_conditions.strategy_id,
        measured_conditions.measure,
        measured_conditions.unit,
        cast(measured_conditions.observed_value as double) as observed_value,
        measured_conditions.baseline_value,
        measured_conditions.min_threshold,
        measured_conditions.max_threshold,
        measured_conditions.min_inclusive,
        measured_conditions.max_inclusive,
        measured_conditions.better_beyond,
        cast(measured_conditions.sample_count as bigint) as sample_count,
        measured_conditions.baseline_sample_count,
        measured_conditions.day_count,
        measured_conditions.active_day_count,
        coalesce(measured_conditions.is_final_by_fallback, false)
            as is_final_by_fallback,
        case
            when measured_conditions.observed_value is not null then null
            when measured_conditions.is_phase_missing
                then
                    case measured_conditions.phase_scope
                        when 'baseline' then 'the plan has no baseline'
                        when 'last' then 'the plan has no phase after the baseline'
                        when 'final' then 'the plan calls no phase final'
                        else 'the plan has no phase ' || measured_conditions.phase_scope
                    end
            when measured_conditions.is_phase_unloaded
                then 'no data were logged in this phase'
            when measured_conditions.measure = 'value'
                then measured_conditions.missing_cause || ' in this phase'
            when measured_conditions.measure = 'reduction_ratio'
                then coalesce(
                    measured_conditions.comparison_missing_reason,
                    'the baseline value is zero'
                )
            when measured_conditions.is_event_log_missing
                then 'no optimization event was ever logged'
            else 'no API call was logged in this phase'
        end as missing_reason
    from measured_conditions

)

select * from final
