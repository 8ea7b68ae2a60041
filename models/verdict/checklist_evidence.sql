-- What was measured for each condition of the checklist, beside its thresholds, and how
-- sure it is. A status comes from the suites that read it; here it is only said where
-- the figure cannot decide (is_inconclusive): its 95 % interval lies on both sides of a
-- threshold, or there is too little data for an interval. Counts of days and of events
-- are exact. A condition that could not be measured keeps its row, with the reason.

with measured_conditions as (

    select * from {{ ref('int_checklist_measures') }}

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
                then judged_intervals.verification_reason_code
            when judged_intervals.is_interval_missing then 'no_interval'
            when not judged_intervals.is_inconclusive then null
            when judged_intervals.days_needed is null then 'interval_straddles_for_good'
            else 'interval_straddles'
        end as note_code,
        judged_intervals.interval_reason_code,
        judged_intervals.interval_reason_limit,
        judged_intervals.driver_metric_name,
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
                then
                    case
                        when judged_intervals.verification_status is null
                            then 'the strategy is not known'
                    end
            when judged_intervals.is_event_log_missing
                then 'no optimization event was ever logged'
            else 'no API call was logged in this phase'
        end as missing_reason
    from judged_intervals

)

select * from final
