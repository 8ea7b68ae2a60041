-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What the interval of a change stands on: the widest of what sessions, days, both
-- together and the days before the baseline's end say. All half widths are standard
-- deviations times Student's t over the normal quantile.
--   two-way     V(sessions) + V(days) - V(sessions x days), never below the larger one
--               (Cameron, Gelbach and Miller 2011)
--   days        V(days) times (1 + r) / (1 - r) where the history shows that a day is
--               like the day before it by r (a first-order autoregression), and
--               without the weekdays' part where both windows are whole weeks
--   placebo     what the same two windows did in history, on the scale of logarithms
--   widening    the widest half width over that of the resampled unit whose replicates
--               the ends are read from
-- A trend is there where its slope is beyond its own interval; then a change counts
-- only as far as it goes beyond what the trend alone makes of it.

with change_spreads as (

    select * from {{ ref('int_change_spreads') }}

),

measure_changes as (

    select * from {{ ref('int_measure_changes') }}

),

placebo_changes as (

    select * from {{ ref('int_placebo_changes') }}

),

scaled_spreads as (

    select
        change_spreads.*,
        coalesce(
            {{ small_sample_factor('change_spreads.degrees_of_freedom') }}, 1
        ) as factor,
        least(
            change_spreads.baseline_cluster_count, change_spreads.phase_cluster_count
        ) as smaller_count,
        placebo_changes.midpoint_distance_days,
        placebo_changes.placebo_pair_count,
        placebo_changes.placebo_as_large_count,
        placebo_changes.placebo_deviation,
        placebo_changes.placebo_freedom,
        placebo_changes.measured_day_count,
        placebo_changes.trend_per_day,
        placebo_changes.trend_deviation,
        case
            when placebo_changes.measured_day_count >= {{ var('minimum_history_days') }}
                then
                    sqrt(
                        coalesce(placebo_changes.weekday_free_share, 1)
                        * (1 + placebo_changes.likeness)
                        / (1 - placebo_changes.likeness)
                    )
            else 1
        end as likeness_factor
    from change_spreads
    left join placebo_changes
        on
            change_spreads.phase_id = placebo_changes.phase_id
            and change_spreads.metric_id = placebo_changes.metric_id

),

joined_units as (

    select
        day_spreads.phase_id,
        day_spreads.metric_id,
        ln(nullif(greatest(1 + measure_changes.change_ratio, 0), 0)) as growth,
        cluster_spreads.metric_id is null as is_per_day,
        day_spreads.smaller_count >= {{ var('minimum_days') }} as has_enough_days,
        coalesce(
            cluster_spreads.smaller_count >= {{ var('minimum_clusters') }}, false
        ) as has_enough_clusters,
        day_spreads.factor * sqrt(day_spreads.change_variance)
        * day_spreads.likeness_factor as day_width,
        coalesce(cluster_spreads.factor * sqrt(cluster_spreads.change_variance), 0)
            as cluster_width,
        day_spreads.factor * sqrt(day_spreads.growth_variance)
        * day_spreads.likeness_factor as day_growth_width,
        day_spreads.likeness_factor,
        cluster_spreads.factor * sqrt(cluster_spreads.growth_variance)
            as cluster_growth_width,
        cluster_spreads.change_variance as cluster_variance,
        greatest(
            day_spreads.change_variance * pow(day_spreads.likeness_factor, 2)
            - coalesce(
                cluster_day_spreads.change_variance, cluster_spreads.change_variance
            ),
            0
        ) as added_variance,
        day_spreads.degrees_of_freedom as day_freedom,
        cluster_spreads.degrees_of_freedom as cluster_freedom,
        day_spreads.placebo_pair_count,
        day_spreads.placebo_as_large_count,
        case
            when day_spreads.placebo_freedom >= {{ var('minimum_placebo_freedom') }}
                then
                    day_spreads.placebo_deviation
                    * {{ small_sample_factor('day_spreads.placebo_freedom') }}
        end as placebo_growth_width,
        day_spreads.trend_per_day * day_spreads.midpoint_distance_days
            as trend_growth,
        day_spreads.trend_deviation * day_spreads.midpoint_distance_days
        * {{ small_sample_factor('(day_spreads.measured_day_count - 2)') }}
            as trend_growth_width
    from scaled_spreads as day_spreads
    left join measure_changes
        on
            day_spreads.phase_id = measure_changes.phase_id
            and day_spreads.metric_id = measure_changes.metric_id
    {%- for unit in ['cluster', 'cluster_day'] %}
    left join scaled_spreads as {{ unit }}_spreads
        on
            day_spreads.phase_id = {{ unit }}_spreads.phase_id
            and day_spreads.metric_id = {{ unit }}_spreads.metric_id
            and {{ unit }}_spreads.resampled_unit = '{{ unit }}'
    {%- endfor %}
    where day_spreads.resampled_unit = 'day'

),

two_way_widths as (

    select
        joined_units.*,
        sqrt(joined_units.cluster_variance + joined_units.added_variance) * coalesce(
            {{ small_sample_factor(safe_divide(
                'pow(joined_units.cluster_variance + joined_units.added_variance, 2)',
                'pow(joined_units.cluster_variance, 2) / joined_units.cluster_freedom
                + pow(joined_units.added_variance, 2) / joined_units.day_freedom'
            )) }},
            1
        ) as two_way_width,
        joined_units.cluster_width > joined_units.day_width as is_by_cluster
    from joined_units

),

compared_widths as (

    select
        two_way_widths.*,
        case
            when two_way_widths.is_by_cluster then two_way_widths.cluster_growth_width
            else two_way_widths.day_growth_width
        end as unit_growth_width,
        greatest(
            coalesce({{ safe_divide(
                'two_way_widths.two_way_width',
                'greatest(two_way_widths.day_width, two_way_widths.cluster_width)'
            ) }}, 1),
            1
        ) as two_way_widening
    from two_way_widths

),

widened as (

    select
        compared_widths.*,
        abs(compared_widths.trend_growth)
        > compared_widths.trend_growth_width * {{ normal_quantile() }} as has_trend,
        greatest(
            coalesce({{ safe_divide(
                'compared_widths.placebo_growth_width',
                'compared_widths.unit_growth_width'
            ) }}, 0),
            compared_widths.two_way_widening
        ) as widening
    from compared_widths

),

final as (

    select
        widened.phase_id,
        widened.metric_id,
        case
            when widened.is_per_day then 'day'
            when not widened.has_enough_clusters then 'cluster'
            when not widened.has_enough_days or not widened.is_by_cluster then 'day'
            else 'cluster'
        end as resampled_unit,
        case
            when widened.widening > widened.two_way_widening then 'placebo'
            when widened.two_way_widening > 1 then 'two_way'
            when widened.is_by_cluster then 'sessions'
            else 'days'
        end as interval_basis,
        widened.widening * case
            when widened.is_by_cluster then 1 else widened.likeness_factor
        end as widening,
        widened.has_enough_days
        and (widened.is_per_day or widened.has_enough_clusters) as has_enough_clusters,
        not widened.is_per_day and not widened.is_by_cluster as has_day_effects,
        coalesce(widened.placebo_pair_count, 0) as placebo_pair_count,
        coalesce(widened.placebo_as_large_count, 0) as placebo_as_large_count,
        case when widened.has_trend then widened.trend_growth end as trend_growth,
        coalesce(
            widened.has_trend
            and (widened.growth - widened.trend_growth) * sign(widened.growth)
            <= {{ normal_quantile() }} * sqrt(
                pow(widened.unit_growth_width * widened.widening, 2)
                + pow(widened.trend_growth_width, 2)
            ),
            false
        ) as is_trend_continued
    from widened

)

select * from final
