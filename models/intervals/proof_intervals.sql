-- The change of every metric against the baseline with its interval, and what may be
-- said of it. 'improved', 'regressed' and 'changed' ask that neither interval, of the
-- change and of its percentage, has a zero in it; an end on zero has. A change that
-- only continues the trend before it is no clear change.

with phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

change_intervals as (

    select * from {{ ref('int_change_intervals') }}

),

judged as (

    select
        phase_comparison.baseline_phase_id,
        phase_comparison.phase_id,
        phase_comparison.metric_id,
        phase_comparison.unit,
        phase_comparison.direction,
        phase_comparison.baseline_value,
        phase_comparison.phase_value,
        phase_comparison.change_value,
        phase_comparison.change_ratio,
        phase_comparison.missing_reason,
        change_intervals.resampled_unit,
        change_intervals.baseline_value_low,
        change_intervals.baseline_value_high,
        change_intervals.phase_value_low,
        change_intervals.phase_value_high,
        change_intervals.change_value_low,
        change_intervals.change_value_high,
        change_intervals.change_ratio_low,
        change_intervals.change_ratio_high,
        change_intervals.baseline_cluster_count,
        change_intervals.phase_cluster_count,
        change_intervals.replicate_count,
        coalesce(change_intervals.has_day_effects, false) as has_day_effects,
        change_intervals.has_enough_clusters,
        change_intervals.interval_basis,
        coalesce(change_intervals.placebo_pair_count, 0) as placebo_pair_count,
        coalesce(change_intervals.placebo_as_large_count, 0)
            as placebo_as_large_count,
        change_intervals.trend_change_ratio,
        coalesce(change_intervals.is_trend_continued, false) as is_trend_continued,
        change_intervals.change_value_low <= 0
        and change_intervals.change_value_high >= 0 as has_zero_change,
        coalesce(
            change_intervals.change_ratio_low <= 0
            and change_intervals.change_ratio_high >= 0,
            change_intervals.change_value_low <= 0
            and change_intervals.change_value_high >= 0
        ) as has_zero_ratio,
        coalesce(
            change_intervals.is_enough
            and change_intervals.change_value_low is not null,
            false
        ) as is_measured
    from phase_comparison
    left join change_intervals
        on
            phase_comparison.phase_id = change_intervals.phase_id
            and phase_comparison.metric_id = change_intervals.metric_id

),

decided as (

    select
        judged.*,
        case
            when not judged.is_measured then 'not enough data'
            when judged.has_zero_change or judged.has_zero_ratio
                then 'no clear change'
            when judged.is_trend_continued then 'no clear change'
            when judged.direction = 'neutral' then 'changed'
            when (judged.direction = 'lower') = (judged.change_value < 0)
                then 'improved'
            else 'regressed'
        end as verdict
    from judged

),

final as (

    select
        decided.baseline_phase_id,
        decided.phase_id,
        decided.metric_id,
        decided.unit,
        decided.direction,
        decided.resampled_unit,
        decided.baseline_value,
        decided.baseline_value_low,
        decided.baseline_value_high,
        decided.phase_value,
        decided.phase_value_low,
        decided.phase_value_high,
        decided.change_value,
        decided.change_value_low,
        decided.change_value_high,
        decided.change_ratio,
        decided.change_ratio_low,
        decided.change_ratio_high,
        coalesce(decided.baseline_cluster_count, 0) as baseline_cluster_count,
        coalesce(decided.phase_cluster_count, 0) as phase_cluster_count,
        coalesce(decided.replicate_count, 0) as replicate_count,
        decided.has_day_effects,
        case when decided.is_measured then decided.interval_basis end
            as interval_basis,
        decided.placebo_pair_count,
        decided.placebo_as_large_count,
        decided.trend_change_ratio,
        decided.is_trend_continued,
        decided.verdict,
        case
            when decided.missing_reason is not null then 'not_measured'
            when decided.resampled_unit = 'cluster' and not decided.has_enough_clusters
                then 'few_groups'
            when decided.resampled_unit = 'day' and not decided.has_enough_clusters
                then 'few_days'
            when decided.verdict = 'not enough data' then 'few_tail_values'
            when decided.verdict <> 'no clear change'
                then case when decided.change_value < 0 then 'below' else 'above' end
            when decided.change_value_low = decided.change_value_high
                then 'no_variation'
            when decided.has_zero_change and decided.has_zero_ratio then 'includes_zero'
            when decided.has_zero_change then 'change_includes_zero'
            when decided.has_zero_ratio then 'ratio_includes_zero'
            else 'trend_continued'
        end as reason_code,
        case
            when decided.missing_reason is not null or decided.is_measured then null
            when decided.has_enough_clusters then {{ var('minimum_tail_count') }}
            when decided.resampled_unit = 'cluster' then {{ var('minimum_clusters') }}
            when decided.resampled_unit = 'day' then {{ var('minimum_days') }}
        end as reason_limit
    from decided

)

select * from final
