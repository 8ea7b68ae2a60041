-- The intervals a checklist line is held against: of the metric itself in each phase,
-- the baseline too, and of its reduction against the baseline. A share that never
-- varied has an interval without width, which says too much; its open end is moved by 3
-- / n (the rule of three, Hanley and Lippman-Hand 1983).
--   phase_variance_share  the phase's part of the reduction's variance, from the
--                         relative widths of the two values: the part that more days of
--                         it shrink
with intervals as (

    select * from {{ ref('proof_intervals') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

compared_phases as (

    select
        intervals.phase_id,
        intervals.metric_id,
        intervals.unit,
        intervals.phase_value as metric_value,
        intervals.phase_value_low as value_low,
        intervals.phase_value_high as value_high,
        0 - intervals.change_ratio_high as reduction_low,
        0 - intervals.change_ratio_low as reduction_high,
        {{ safe_divide(
            'intervals.phase_value_high - intervals.phase_value_low',
            'intervals.phase_value'
        ) }} as phase_width,
        {{ safe_divide(
            'intervals.baseline_value_high - intervals.baseline_value_low',
            'intervals.baseline_value'
        ) }} as baseline_width,
        intervals.phase_cluster_count as cluster_count,
        intervals.baseline_cluster_count,
        intervals.reason_code,
        intervals.reason_limit
    from intervals

),

baselines as (

    select
        intervals.baseline_phase_id as phase_id,
        intervals.metric_id,
        min(intervals.unit) as unit,
        min(intervals.baseline_value) as metric_value,
        min(intervals.baseline_value_low) as value_low,
        max(intervals.baseline_value_high) as value_high,
        max(intervals.baseline_cluster_count) as cluster_count
    from intervals
    group by
        intervals.baseline_phase_id,
        intervals.metric_id

),

stack_phases as (

    select
        compared_phases.phase_id,
        compared_phases.metric_id,
        compared_phases.unit,
        compared_phases.metric_value,
        compared_phases.value_low,
        compared_phases.value_high,
        compared_phases.reduction_low,
        compared_phases.reduction_high,
        {{ safe_divide(
            'pow(compared_phases.phase_width, 2)',
            'pow(compared_phases.phase_width, 2)
            + pow(compared_phases.baseline_width, 2)'
        ) }} as phase_variance_share,
        compared_phases.cluster_count,
        compared_phases.baseline_cluster_count,
        compared_phases.reason_code,
        compared_phases.reason_limit
    from compared_phases
    union all
    select
        baselines.phase_id,
        baselines.metric_id,
        baselines.unit,
        baselines.metric_value,
        baselines.value_low,
        baselines.value_high,
        null as reduction_low,
        null as reduction_high,
        null as phase_variance_share,
        baselines.cluster_count,
        null as baseline_cluster_count,
        null as reason_code,
        null as reason_limit
    from baselines

),

final as (

    select
        stack_phases.phase_id,
        stack_phases.metric_id,
        case
            when
                stack_phases.unit = 'ratio'
                and stack_phases.metric_value = 1
                and stack_phases.value_low = 1
                then
                    greatest(
                        1 - {{ safe_divide('3', 'phase_metrics.sample_count') }}, 0
                    )
            else stack_phases.value_low
        end as value_low,
        case
            when
                stack_phases.unit = 'ratio'
                and stack_phases.metric_value = 0
                and stack_phases.value_high = 0
                then least({{ safe_divide('3', 'phase_metrics.sample_count') }}, 1)
            else stack_phases.value_high
        end as value_high,
        stack_phases.reduction_low,
        stack_phases.reduction_high,
        stack_phases.phase_variance_share,
        stack_phases.cluster_count,
        stack_phases.baseline_cluster_count,
        stack_phases.reason_code,
        stack_phases.reason_limit
    from stack_phases
    left join phase_metrics
        on
            stack_phases.phase_id = phase_metrics.phase_id
            and stack_phases.metric_id = phase_metrics.metric_id

)

select * from final
