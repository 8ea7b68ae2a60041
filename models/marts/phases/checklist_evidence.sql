-- What was measured for each condition of the checklist, beside its thresholds, and how
-- sure it is. A status comes from the suites that read it; here it is only said where
-- the figure cannot decide (is_inconclusive): its 95 % interval lies on both sides of a
-- threshold, or there is too little data for an interval. Counts of days and of events
-- are exact. A condition that could not be measured keeps its row, with the reason.
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
            when 'is_verified'
                then
                    case
                        when strategy_verification.status = 'verified' then 1
                        when strategy_verification.status != 'not measurable' then 0
                    end
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
        end as cluster_count,
        case
            when checklist.measure = 'reduction_ratio'
                then metric_bounds.baseline_cluster_count
        end as baseline_cluster_count,
        metric_bounds.verdict_reason as interval_reason,
        strategy_verification.status as verification_status,
        strategy_verification.reason as verification_reason,
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
    left join metric_bounds
        on
            scoped_conditions.phase_id = metric_bounds.phase_id
            and checklist.metric_id = metric_bounds.metric_id
    left join strategy_verification
        on
            scoped_conditions.phase_id = strategy_verification.phase_id
            and checklist.strategy_id = strategy_verification.strategy_id

),

held_intervals as (

    select
        measured_conditions.*,
        {%- for side in ['min', 'max'] %}
            {{ is_on_both_sides('measured_conditions', side) }}
                as is_{{ side }}_unsettled,
            {{ distance_to_threshold('measured_conditions', side) }}
                as {{ side }}_distance,
            {{ half_width_to_threshold('measured_conditions', side) }}
                as {{ side }}_half_width,
        {%- endfor %}
        measured_conditions.observed_value is not null
        and measured_conditions.measure in ('value', 'reduction_ratio')
        and (
            measured_conditions.interval_low is null
            or measured_conditions.interval_high is null
        ) as is_interval_missing
    from measured_conditions

),

estimated_days as (

    select
        {%- for side in ['min', 'max'] %}
            case
                when held_intervals.is_{{ side }}_unsettled
                    then {{ days_needed(
                        'held_intervals.' ~ side ~ '_half_width',
                        'held_intervals.' ~ side ~ '_distance',
                        'held_intervals.variance_share',
                        'held_intervals.active_day_count',
                    ) }}
            end as {{ side }}_days_needed,
        {%- endfor %}
        held_intervals.*
    from held_intervals

),

judged_intervals as (

    select
        estimated_days.*,
        coalesce(
            estimated_days.is_interval_missing
            or estimated_days.is_min_unsettled
            or estimated_days.is_max_unsettled
            or (
                estimated_days.measure = 'is_verified'
                and estimated_days.verification_status = 'inconclusive'
            ),
            false
        ) as is_inconclusive,
        case
            when
                (
                    estimated_days.is_min_unsettled
                    and estimated_days.min_days_needed is null
                )
                or (
                    estimated_days.is_max_unsettled
                    and estimated_days.max_days_needed is null
                )
                then null
            else
                greatest(
                    coalesce(
                        estimated_days.min_days_needed, estimated_days.max_days_needed
                    ),
                    coalesce(
                        estimated_days.max_days_needed, estimated_days.min_days_needed
                    )
                )
        end as days_needed
    from estimated_days

),

final as (

    select
        judged_intervals.line_id,
        judged_intervals.condition_order,
        judged_intervals.kind,
        judged_intervals.line_order,
        judged_intervals.line_text,
        judged_intervals.condition_text,
        judged_intervals.phase_scope,
        judged_intervals.phase_id,
        judged_intervals.baseline_phase_id,
        judged_intervals.metric_id,
        judged_intervals.strategy_id,
        judged_intervals.measure,
        judged_intervals.unit,
        cast(judged_intervals.observed_value as double) as observed_value,
        judged_intervals.baseline_value,
        judged_intervals.min_threshold,
        judged_intervals.max_threshold,
        judged_intervals.min_inclusive,
        judged_intervals.max_inclusive,
        judged_intervals.better_beyond,
        cast(judged_intervals.sample_count as bigint) as sample_count,
        judged_intervals.baseline_sample_count,
        judged_intervals.interval_low,
        judged_intervals.interval_high,
        judged_intervals.cluster_count,
        judged_intervals.baseline_cluster_count,
        judged_intervals.is_inconclusive,
        cast(judged_intervals.days_needed as bigint) as days_needed,
        case
            when judged_intervals.measure = 'is_verified'
                then judged_intervals.verification_reason
            when judged_intervals.is_interval_missing
                then
                    'too little data for an interval'
                    || coalesce(': ' || judged_intervals.interval_reason, '')
            when not judged_intervals.is_inconclusive then null
            when judged_intervals.days_needed is null
                then
                    'the interval lies on both sides of what is asked for, and more'
                    || ' days of this phase alone would not settle it'
            else 'the interval lies on both sides of what is asked for'
        end as evidence_note,
        judged_intervals.day_count,
        judged_intervals.active_day_count,
        coalesce(judged_intervals.is_final_by_fallback, false)
            as is_final_by_fallback,
        case
            when judged_intervals.observed_value is not null then null
            when judged_intervals.is_phase_missing
                then
                    case judged_intervals.phase_scope
                        when 'baseline' then 'the plan has no baseline'
                        when 'last' then 'the plan has no phase after the baseline'
                        when 'final' then 'the plan calls no phase final'
                        else 'the plan has no phase ' || judged_intervals.phase_scope
                    end
            when judged_intervals.is_phase_unloaded
                then 'no data were logged in this phase'
            when judged_intervals.measure = 'value'
                then judged_intervals.missing_cause || ' in this phase'
            when judged_intervals.measure = 'reduction_ratio'
                then coalesce(
                    judged_intervals.comparison_missing_reason,
                    'the baseline value is zero'
                )
            when judged_intervals.measure = 'is_verified'
                then coalesce(
                    judged_intervals.verification_reason,
                    'the strategy is not known'
                )
            when judged_intervals.is_event_log_missing
                then 'no optimization event was ever logged'
            else 'no API call was logged in this phase'
        end as missing_reason
    from judged_intervals

)

select * from final
