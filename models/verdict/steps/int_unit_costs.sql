-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Each driver's change with its interval, on the logarithmic scale: standard errors
-- times Student's t (Welch and Satterthwaite), the widest of what sessions, days, both
-- together and the days before the baseline's end say (docs/method/intervals.md); only
-- the decisive figure is held against history.
--   days         V(days) × (1 + r) / (1 − r): r, how much a day is like the day before
--                it, is that of four weeks of history; without them what the days of
--                the two windows show, and so much more as they may fail to show; the
--                days of an experiment stand against each other, alike or not
--   two_way      V(sessions) + V(days) − V(sessions × days), never below the larger one
--   looks        a phase that is not over is looked at again: all widths × √(planned
--                days / days so far), no more than a look on every day needs
--   unusual      a baseline far off the days before it: the interval reaches to what
--                the change against those days may be, and nothing is settled that
--                does not hold against them as well
-- Logarithms are cut to 12 digits, so that binary noise is no change.
{% set z = normal_quantile() %}

with spreads as (

    select * from {{ ref('int_unit_spreads') }}

),

placebo_changes as (

    select * from {{ ref('int_placebo_changes') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

units as (

    select * from {{ ref('int_units') }}

),

unit_kinds as (

    select
        units.phase_id,
        case
            when bool_or(units.has_tasks) then 'cost_per_task' else 'cost_per_api_call'
        end as metric_id
    from units
    group by units.phase_id

),

known_history as (

    select
        placebo_changes.*,
        placebo_changes.measured_day_count >= {{ var('minimum_weekday_history_days') }}
            as is_long,
        case
            when placebo_changes.placebo_freedom >= {{ var('minimum_placebo_freedom') }}
                then
                    placebo_changes.placebo_deviation
                    * {{ small_sample_factor('placebo_changes.placebo_freedom') }}
        end as placebo_width
    from placebo_changes
    inner join unit_kinds
        on
            placebo_changes.phase_id = unit_kinds.phase_id
            and placebo_changes.metric_id = unit_kinds.metric_id

),

against_history as (

    select
        spreads.*,
        case
            when spreads.baseline_value > 0 and spreads.phase_value > 0
                then round(ln(spreads.phase_value) - ln(spreads.baseline_value), 12)
        end as growth,
        coalesce(known_history.placebo_pair_count, 0) as placebo_pair_count,
        coalesce(known_history.placebo_as_large_count, 0) as placebo_as_large_count,
        known_history.placebo_width,
        known_history.midpoint_distance_days * case
            when known_history.is_long then known_history.trend_per_day
            else spreads.seen_trend
        end as trend_growth,
        known_history.midpoint_distance_days * case
            when known_history.is_long
                then
                    known_history.trend_deviation * {{ small_sample_factor(
                        '(known_history.measured_day_count - 2)'
                    ) }}
            else
                spreads.seen_trend_deviation
                * {{ small_sample_factor('(spreads.both_day_count - 3)') }}
        end as trend_width,
        known_history.baseline_excess,
        known_history.history_ratio,
        case
            when known_history.is_long
                then
                    known_history.weekday_free_share
                    * (1 + known_history.likeness) / (1 - known_history.likeness)
        end as history_factor,
        least(
            greatest(
                coalesce(spreads.seen_likeness, 0)
                + (1 + 3 * coalesce(spreads.seen_likeness, 0))
                / (spreads.both_day_count / 2.0)
                + {{ var('unseen_likeness_deviations') }}
                / sqrt(spreads.both_day_count),
                0
            ),
            0.9
        ) as own_likeness,
        case
            when phase_windows.last_loaded_date < phase_windows.end_date
                then least(
                    sqrt({{ safe_divide(
                        'phase_windows.planned_day_count',
                        'phase_windows.last_loaded_date - phase_windows.start_date + 1',
                    ) }}),
                    {{ var('interim_widening_max') }}
                )
            else 1
        end as interim_widening
    from spreads
    left join phase_windows on spreads.phase_id = phase_windows.phase_id
    left join known_history
        on
            spreads.phase_id = known_history.phase_id
            and spreads.driver = 'unit'

),

dependent_days as (

    select
        against_history.*,
        against_history.day_variance * coalesce(
            against_history.history_factor,
            case when against_history.is_experiment then 1 end,
            (1 + against_history.own_likeness) / (1 - against_history.own_likeness)
        ) as wide_day_variance,
        coalesce(against_history.cluster_count, 0) >= {{ var('minimum_clusters') }}
            as has_enough_clusters
    from against_history

),

two_ways as (

    select
        dependent_days.*,
        greatest(
            dependent_days.wide_day_variance - dependent_days.cell_variance, 0
        ) as added_variance
    from dependent_days

),

widths as (

    select
        two_ways.*,
        sqrt(two_ways.wide_day_variance) * coalesce(
            {{ small_sample_factor('two_ways.day_freedom') }}, 1
        ) as day_width,
        case
            when two_ways.has_enough_clusters
                then
                    sqrt(two_ways.cluster_variance) * coalesce(
                        {{ small_sample_factor('two_ways.cluster_freedom') }}, 1
                    )
        end as cluster_width,
        case
            when two_ways.has_enough_clusters
                then coalesce(
                    {{ small_sample_factor(safe_divide(
                        'pow(two_ways.cluster_variance + two_ways.added_variance, 2)',
                        'pow(two_ways.cluster_variance, 2)
                        / two_ways.cluster_freedom
                        + pow(two_ways.added_variance, 2) / two_ways.day_freedom'
                    )) }},
                    1
                ) * sqrt(two_ways.cluster_variance + two_ways.added_variance)
        end as two_way_width
    from two_ways

),

widest as (

    select
        widths.*,
        round(
            case when widths.day_count >= {{ var('minimum_days') }} then 1 end
            * greatest(
                widths.day_width,
                widths.cluster_width,
                widths.two_way_width,
                widths.placebo_width
            ) * {{ z }} * widths.interim_widening,
            12
        ) as half_width,
        case
            when greatest(widths.day_width, widths.cluster_width, widths.two_way_width)
                < widths.placebo_width then 'placebo'
            when greatest(widths.day_width, widths.cluster_width) < widths.two_way_width
                then 'two_way'
            when widths.day_width < widths.cluster_width then 'sessions'
            else 'days'
        end as interval_basis,
        case
            when widths.day_width < widths.cluster_width then widths.cluster_share
            else widths.day_share
        end as phase_variance_share
    from widths

),

set_against as (

    select
        widest.*,
        widest.growth + widest.baseline_excess as history_growth,
        widest.half_width * sqrt(
            widest.phase_variance_share
            + (1 - widest.phase_variance_share) * widest.history_ratio
        ) as history_half_width,
        coalesce(
            abs(widest.baseline_excess)
            > {{ var('unusual_baseline_ratio') }} * widest.half_width,
            false
        ) as is_baseline_unusual
    from widest

),

final as (

    select
        set_against.phase_id,
        set_against.driver,
        set_against.baseline_value,
        set_against.phase_value,
        set_against.growth,
        set_against.growth - set_against.half_width as own_growth_low,
        set_against.growth + set_against.half_width as own_growth_high,
        {%- for end, sign, outer in [
            ('low', '-', 'least'), ('high', '+', 'greatest')
        ] %}
            {{ outer }}(
                set_against.growth {{ sign }} set_against.half_width,
                case
                    when set_against.is_baseline_unusual
                        then
                            set_against.history_growth
                            {{ sign }} set_against.history_half_width
                end
            ) as growth_{{ end }},
        {%- endfor %}
        case when set_against.half_width is not null then set_against.interval_basis end
            as interval_basis,
        set_against.placebo_pair_count,
        set_against.placebo_as_large_count,
        set_against.baseline_excess,
        coalesce(
            set_against.history_growth * sign(set_against.growth)
            <= set_against.history_half_width,
            false
        ) as is_only_against_baseline,
        coalesce(
            abs(set_against.trend_growth) > {{ z }} * set_against.trend_width
            and (set_against.growth - set_against.trend_growth)
            * sign(set_against.growth)
            <= sqrt(
                pow(set_against.half_width, 2)
                + pow({{ z }} * set_against.trend_width, 2)
            ),
            false
        ) as is_trend_continued,
        set_against.phase_variance_share,
        set_against.common_cost_share,
        set_against.common_phase_unit_count
    from set_against

)

select * from final
