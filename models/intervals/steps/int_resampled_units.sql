-- By what a change is resampled. Figures per day: by day. All others: by cluster,
-- unless the days of the two windows differ by more than the clusters in them
-- explain (load, mix or prices that drift from day to day): the variance of the
-- change by day over that by cluster lies beyond the 99 % point of its distribution
-- for independent clusters. Then by day. The degrees of freedom (Welch, Satterthwaite)
-- are those of two windows without a common cluster.

with measure_changes as (

    select * from {{ ref('int_measure_changes') }}

),

metric_spreads as (

    select * from {{ ref('int_metric_spreads') }}

),

change_spreads as (

    select * from {{ ref('int_change_spreads') }}

),

paired_spreads as (

    select
        measure_changes.phase_id,
        measure_changes.metric_id,
        phase_spreads.resampled_unit,
        baseline_spreads.cluster_count as baseline_cluster_count,
        phase_spreads.cluster_count as phase_cluster_count,
        change_spreads.change_variance,
        {{ safe_divide(
            'pow('
            ~ 'baseline_spreads.replicate_variance + phase_spreads.replicate_variance'
            ~ ', 2)',
            '(
                pow(baseline_spreads.replicate_variance, 2)
                / nullif(baseline_spreads.cluster_count - 1, 0)
                + pow(phase_spreads.replicate_variance, 2)
                / nullif(phase_spreads.cluster_count - 1, 0)
            )'
        ) }} as degrees_of_freedom,
        least(baseline_spreads.cluster_count, phase_spreads.cluster_count) >= case
            when phase_spreads.resampled_unit = 'day' then {{ var('minimum_days') }}
            else {{ var('minimum_clusters') }}
        end as has_enough_clusters,
        coalesce(
            least(baseline_spreads.tail_count, phase_spreads.tail_count)
            >= {{ var('minimum_tail_count') }},
            true
        ) as has_enough_tail
    from measure_changes
    inner join metric_spreads as phase_spreads
        on
            measure_changes.phase_id = phase_spreads.phase_id
            and measure_changes.metric_id = phase_spreads.metric_id
    inner join metric_spreads as baseline_spreads
        on
            measure_changes.baseline_phase_id = baseline_spreads.phase_id
            and measure_changes.metric_id = baseline_spreads.metric_id
            and phase_spreads.resampled_unit = baseline_spreads.resampled_unit
    left join change_spreads
        on
            phase_spreads.phase_id = change_spreads.phase_id
            and phase_spreads.metric_id = change_spreads.metric_id
            and phase_spreads.resampled_unit = change_spreads.resampled_unit

),

compared_units as (

    select
        day_spreads.phase_id,
        day_spreads.metric_id,
        cluster_spreads.metric_id is null as is_per_day,
        {{ safe_divide(
            'day_spreads.change_variance', 'cluster_spreads.change_variance'
        ) }} as day_variance_ratio,
        coalesce(
            cluster_spreads.has_enough_clusters
            and day_spreads.has_enough_clusters
            and day_spreads.change_variance
            > cluster_spreads.change_variance
            * {{ variance_ratio_limit('day_spreads.degrees_of_freedom') }},
            false
        ) as has_day_effects
    from paired_spreads as day_spreads
    left join paired_spreads as cluster_spreads
        on
            day_spreads.phase_id = cluster_spreads.phase_id
            and day_spreads.metric_id = cluster_spreads.metric_id
            and cluster_spreads.resampled_unit = 'cluster'
    where day_spreads.resampled_unit = 'day'

),

final as (

    select
        paired_spreads.phase_id,
        paired_spreads.metric_id,
        paired_spreads.resampled_unit,
        paired_spreads.baseline_cluster_count,
        paired_spreads.phase_cluster_count,
        paired_spreads.degrees_of_freedom,
        compared_units.day_variance_ratio,
        compared_units.has_day_effects,
        paired_spreads.has_enough_clusters,
        paired_spreads.has_enough_tail
    from paired_spreads
    inner join compared_units
        on
            paired_spreads.phase_id = compared_units.phase_id
            and paired_spreads.metric_id = compared_units.metric_id
    where
        (paired_spreads.resampled_unit = 'day')
        = (compared_units.is_per_day or compared_units.has_day_effects)

)

select * from final
