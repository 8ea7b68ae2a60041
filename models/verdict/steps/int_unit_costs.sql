-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Each driver's change with its interval, on the logarithmic scale: standard errors
-- times Student's t (Welch and Satterthwaite), the widest of what sessions, days, both
-- together and the days before the baseline's end say (docs/method/intervals.md). Only
-- of the decisive figure are days held against each other and against history.
--   days         V(days) × (1 + r) / (1 − r): r, how much a day is like the day before
--                it, is that of four weeks of history; without them what the days of
--                the two windows show, and so much more as they may fail to show
--   two_way      V(sessions) + V(days) − V(sessions × days), never below the larger one
--   looks        a phase that is not over is looked at again: all widths × √(planned
--                days / days so far), no more than a look on every day needs
--   unusual      a baseline far off the days before it: the interval reaches to what
--                the change against those days may be, and nothing is settled that
--                does not hold against them as well
-- Logarithms are cut to 12 digits, so that binary noise is no change.
{% set groups = {
    'cluster': ['influences.cluster_id'],
    'day': ['influences.requested_date'],
    'cell': ['influences.cluster_id', 'influences.requested_date'],
} %}
{% set sides = {
    'baseline': 'influences.is_baseline_side',
    'phase': 'not influences.is_baseline_side',
} %}
{% set z = normal_quantile() %}

with influences as (

    select * from {{ ref('int_unit_influences') }}

),

placebo_changes as (

    select * from {{ ref('int_placebo_changes') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

unit_kinds as (

    select
        units.phase_id,
        case when bool_or(units.has_tasks) then 'task' else 'api_call' end
            as unit_of_work
    from {{ ref('int_units') }} as units
    group by units.phase_id

),

valued as (

    select
        influences.phase_id,
        influences.driver,
        max(influences.baseline_value) as baseline_value,
        max(influences.phase_value) as phase_value,
        max(influences.common_cost_share) as common_cost_share,
        max(influences.common_phase_unit_count) as common_phase_unit_count
    from influences
    group by
        influences.phase_id,
        influences.driver

),

grouped as (

    {% for group, columns in groups.items() %}
        select
            influences.phase_id,
            influences.driver,
            '{{ group }}' as resampled_unit,
            min(influences.requested_date) as first_date,
            {%- for side, condition in sides.items() %}
                cast(sum(influences.influence) filter (where {{ condition }}) as double)
                    as {{ side }}_influence
                {{- ',' if not loop.last }}
            {%- endfor %}
        from influences
        {%- if group != 'day' %}
            where influences.driver not in ('day', 'units_per_day')
        {%- endif %}
        group by
            influences.phase_id,
            influences.driver,
            {{ columns | join(', ') }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

summed as (

    select
        grouped.phase_id,
        grouped.driver,
        grouped.resampled_unit,
        {%- for side in sides %}
            count(grouped.{{ side }}_influence) as {{ side }}_count,
            cast(
                sum(cast(pow(grouped.{{ side }}_influence, 2) as decimal(38, 24)))
                as double
            ) as {{ side }}_square_sum,
        {%- endfor %}
        -- What a session of both windows has in common counts with its sign.
        cast(
            sum(cast(
                2 * grouped.baseline_influence * grouped.phase_influence
                as decimal(38, 24)
            )) as double
        ) as common_variance
    from grouped
    group by
        grouped.phase_id,
        grouped.driver,
        grouped.resampled_unit

),

spread as (

    select
        summed.*,
        {%- for side in sides %}
            summed.{{ side }}_square_sum * {{ safe_divide(
                'summed.' ~ side ~ '_count', 'summed.' ~ side ~ '_count - 1'
            ) }} as {{ side }}_variance
            {{- ',' if not loop.last }}
        {%- endfor %}
    from summed

),

followed_days as (

    select
        grouped.*,
        {%- for side in sides %}
            lag(grouped.{{ side }}_influence) over days as previous_{{ side }}_influence
            {{- ',' if not loop.last }}
        {%- endfor %}
    from grouped
    where
        grouped.driver = 'unit'
        and grouped.resampled_unit = 'day'
    window days as (partition by grouped.phase_id order by grouped.first_date)

),

alike_days as (

    select
        followed_days.phase_id,
        {%- for side in sides %}
            {%- set own = 'followed_days.' ~ side ~ '_influence' %}
            {{ safe_divide(
                'sum(' ~ own ~ ' * followed_days.previous_' ~ side ~ '_influence'
                ~ ' order by followed_days.first_date)',
                'sum(pow(' ~ own ~ ', 2) order by followed_days.first_date)',
            ) }} as {{ side }}_likeness
            {{- ',' if not loop.last }}
        {%- endfor %}
    from followed_days
    group by followed_days.phase_id

),

pivoted as (

    select
        spread.phase_id,
        spread.driver,
        {%- for group in groups %}
            {%- for value, expression in {
                'variance': 'greatest(
                    spread.baseline_variance + spread.phase_variance
                    + coalesce(spread.common_variance, 0), 0
                )',
                'freedom': safe_divide(
                    'pow(spread.baseline_variance + spread.phase_variance, 2)',
                    'pow(spread.baseline_variance, 2)
                    / nullif(spread.baseline_count - 1, 0)
                    + pow(spread.phase_variance, 2)
                    / nullif(spread.phase_count - 1, 0)',
                ),
                'count': 'least(spread.baseline_count, spread.phase_count)',
                'share': safe_divide(
                    'spread.phase_variance',
                    'spread.baseline_variance + spread.phase_variance',
                ),
            }.items() %}
                max({{ expression }}) filter (
                    where spread.resampled_unit = '{{ group }}'
                ) as {{ group }}_{{ value }},
            {%- endfor %}
        {%- endfor %}
        max(spread.baseline_count) filter (
            where spread.resampled_unit = 'day'
        ) as baseline_day_count,
        max(spread.phase_count) filter (
            where spread.resampled_unit = 'day'
        ) as phase_day_count
    from spread
    group by
        spread.phase_id,
        spread.driver

),

against_history as (

    select
        pivoted.*,
        valued.baseline_value,
        valued.phase_value,
        valued.common_cost_share,
        valued.common_phase_unit_count,
        case
            when valued.baseline_value > 0 and valued.phase_value > 0
                then round(ln(valued.phase_value) - ln(valued.baseline_value), 12)
        end as growth,
        coalesce(placebo_changes.placebo_pair_count, 0) as placebo_pair_count,
        coalesce(placebo_changes.placebo_as_large_count, 0)
            as placebo_as_large_count,
        case
            when placebo_changes.placebo_freedom >= {{ var('minimum_placebo_freedom') }}
                then
                    placebo_changes.placebo_deviation
                    * {{ small_sample_factor('placebo_changes.placebo_freedom') }}
        end as placebo_width,
        placebo_changes.trend_per_day * placebo_changes.midpoint_distance_days
            as trend_growth,
        placebo_changes.trend_deviation * placebo_changes.midpoint_distance_days
        * {{ small_sample_factor('(placebo_changes.measured_day_count - 2)') }}
            as trend_width,
        placebo_changes.baseline_excess,
        placebo_changes.history_ratio,
        pivoted.baseline_day_count + pivoted.phase_day_count as both_day_count,
        coalesce({{ safe_divide(
            'alike_days.baseline_likeness * pivoted.baseline_day_count
            + alike_days.phase_likeness * pivoted.phase_day_count',
            'pivoted.baseline_day_count + pivoted.phase_day_count',
        ) }}, 0) as seen_likeness,
        case
            when
                placebo_changes.measured_day_count
                >= {{ var('minimum_weekday_history_days') }}
                then
                    placebo_changes.weekday_free_share
                    * (1 + placebo_changes.likeness) / (1 - placebo_changes.likeness)
        end as history_factor,
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
    from pivoted
    inner join valued
        on
            pivoted.phase_id = valued.phase_id
            and pivoted.driver = valued.driver
    inner join phase_windows on pivoted.phase_id = phase_windows.phase_id
    left join alike_days on pivoted.phase_id = alike_days.phase_id
    inner join unit_kinds on pivoted.phase_id = unit_kinds.phase_id
    left join placebo_changes
        on
            pivoted.phase_id = placebo_changes.phase_id
            and placebo_changes.metric_id = 'cost_per_' || unit_kinds.unit_of_work
            and pivoted.driver = 'unit'

),

alike_as_can_be as (

    select
        against_history.*,
        least(
            greatest(
                against_history.seen_likeness
                + (1 + 3 * against_history.seen_likeness)
                / (against_history.both_day_count / 2.0)
                + {{ var('unseen_likeness_deviations') }}
                / sqrt(against_history.both_day_count),
                0
            ),
            0.9
        ) as own_likeness
    from against_history

),

dependent_days as (

    select
        against_history.*,
        against_history.day_variance * case
            when against_history.driver != 'unit' then 1
            else coalesce(
                against_history.history_factor,
                (1 + against_history.own_likeness) / (1 - against_history.own_likeness)
            )
        end as wide_day_variance,
        coalesce(against_history.cluster_count, 0) >= {{ var('minimum_clusters') }}
            as has_enough_clusters
    from alike_as_can_be as against_history

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
                then sqrt(two_ways.cluster_variance + two_ways.added_variance) * coalesce(
                    {{ small_sample_factor(safe_divide(
                        'pow(two_ways.cluster_variance + two_ways.added_variance, 2)',
                        'pow(two_ways.cluster_variance, 2)
                        / two_ways.cluster_freedom
                        + pow(two_ways.added_variance, 2) / two_ways.day_freedom'
                    )) }},
                    1
                )
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
        {%- for end, sign, outer in [('low', '-', 'least'), ('high', '+', 'greatest')] %}
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
