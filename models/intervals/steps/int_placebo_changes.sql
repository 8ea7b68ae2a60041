-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What the same two windows did in the history before them, where nothing had been
-- done: both slid back day by day until the later one ends with the baseline or
-- before, trend taken off. Where both windows hold each weekday equally often, so does
-- every such pair, and weekdays leave no trace; where not, the pairs show what they do.
--   placebo_deviation  root mean square of the pairs' changes of the logarithm
--   placebo_freedom    its degrees of freedom, those of the overlapping two-sample
--                      variance (Howe, Allan and Barnes 1981), one less for the trend:
--                      pairs that overlap do not count as one each
--   baseline_excess    the baseline against the days right before it, on the scale of
--                      logarithms: 0.1 is about 10 % dearer than they were
--   history_ratio      days of the baseline over days it is compared with
with measure_changes as (

    select * from {{ ref('int_measure_changes') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

history_days as (

    select * from {{ ref('int_history_days') }}

),

history_trends as (

    select * from {{ ref('int_history_trends') }}

),

seen_windows as (

    -- Of a phase that is not over, the days so far.
    select
        phase_windows.phase_id,
        phase_windows.start_date,
        coalesce(
            least(phase_windows.last_loaded_date, phase_windows.end_date),
            phase_windows.end_date
        ) as end_date
    from phase_windows

),

paired_windows as (

    select
        measure_changes.phase_id,
        measure_changes.baseline_phase_id,
        measure_changes.metric_id,
        ln(nullif(greatest(1 + measure_changes.change_ratio, 0), 0)) as growth,
        baseline_windows.end_date - baseline_windows.start_date + 1
            as baseline_day_count,
        seen_windows.end_date - seen_windows.start_date + 1 as phase_day_count,
        seen_windows.end_date - baseline_windows.end_date as distance_days,
        (
            (seen_windows.start_date - baseline_windows.start_date)
            + (seen_windows.end_date - baseline_windows.end_date)
        ) / 2.0 as midpoint_distance_days
    from measure_changes
    inner join seen_windows on measure_changes.phase_id = seen_windows.phase_id
    inner join seen_windows as baseline_windows
        on measure_changes.baseline_phase_id = baseline_windows.phase_id
    where seen_windows.start_date > baseline_windows.end_date

),

slid_ends as (

    {% for place, days in {
        'phase_end': '0',
        'phase_start': 'paired_windows.phase_day_count',
        'baseline_end': 'paired_windows.distance_days',
        'baseline_start':
            'paired_windows.distance_days + paired_windows.baseline_day_count',
    }.items() %}
        select
            paired_windows.phase_id,
            paired_windows.baseline_phase_id,
            paired_windows.metric_id,
            paired_windows.growth,
            history_days.age_days,
            history_days.age_days + {{ days }} as place_age_days,
            '{{ place }}' as place
        from paired_windows
        inner join history_days
            on
                paired_windows.baseline_phase_id = history_days.baseline_phase_id
                and paired_windows.metric_id = history_days.metric_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

slid_pairs as (

    select
        slid_ends.phase_id,
        slid_ends.metric_id,
        slid_ends.growth,
        slid_ends.age_days
        {%- for part in ['numerator', 'denominator'] %}
            {%- for side in ['phase', 'baseline'] %},
                max(history_days.{{ part }}_through) filter (
                    where slid_ends.place = '{{ side }}_end'
                ) - max(history_days.{{ part }}_through) filter (
                    where slid_ends.place = '{{ side }}_start'
                ) as {{ side }}_{{ part }}
            {%- endfor %}
        {%- endfor %}
    from slid_ends
    inner join history_days
        on
            slid_ends.baseline_phase_id = history_days.baseline_phase_id
            and slid_ends.metric_id = history_days.metric_id
            and slid_ends.place_age_days = history_days.age_days
    group by
        slid_ends.phase_id,
        slid_ends.metric_id,
        slid_ends.growth,
        slid_ends.age_days

),

placebo_pairs as (

    select
        slid_pairs.phase_id,
        slid_pairs.metric_id,
        slid_pairs.growth,
        slid_pairs.age_days,
        ln({{ safe_divide(
            'slid_pairs.phase_numerator', 'slid_pairs.phase_denominator'
        ) }})
        - ln({{ safe_divide(
            'slid_pairs.baseline_numerator', 'slid_pairs.baseline_denominator'
        ) }}) as placebo_growth
    from slid_pairs
    where
        slid_pairs.phase_numerator > 0
        and slid_pairs.baseline_numerator > 0
        and slid_pairs.phase_denominator > 0
        and slid_pairs.baseline_denominator > 0

),

count_pairs as (

    select
        placebo_pairs.phase_id,
        placebo_pairs.metric_id,
        count(*) as placebo_pair_count,
        count(*) filter (
            where abs(placebo_pairs.placebo_growth) >= abs(placebo_pairs.growth)
        ) as placebo_as_large_count,
        sqrt(avg(
            pow(placebo_pairs.placebo_growth, 2) order by placebo_pairs.age_days
        )) as placebo_deviation
    from placebo_pairs
    group by
        placebo_pairs.phase_id,
        placebo_pairs.metric_id

),

sum_levels as (

    -- The baseline, and the days right before it, no more than four times as many.
    select
        paired_windows.phase_id,
        paired_windows.metric_id,
        {%- for side, condition in {
            'baseline': 'history_days.age_days < paired_windows.baseline_day_count',
            'history': 'history_days.age_days >= paired_windows.baseline_day_count',
        }.items() %}
            {%- for part in ['numerator', 'denominator'] %}
                sum(history_days.{{ part }} order by history_days.metric_date) filter (
                    where {{ condition }}
                ) as {{ side }}_{{ part }},
            {%- endfor %}
            count(*) filter (where {{ condition }} and history_days.denominator > 0)
                as {{ side }}_day_count
            {{- ',' if not loop.last }}
        {%- endfor %}
    from paired_windows
    inner join history_days
        on
            paired_windows.baseline_phase_id = history_days.baseline_phase_id
            and paired_windows.metric_id = history_days.metric_id
            and history_days.age_days
            < {{ var('baselines_of_history') + 1 }} * paired_windows.baseline_day_count
    group by
        paired_windows.phase_id,
        paired_windows.metric_id

),

compare_levels as (

    select
        sum_levels.phase_id,
        sum_levels.metric_id,
        cast(sum_levels.baseline_day_count as double) / sum_levels.history_day_count
            as history_ratio,
        round(
            ln({{ safe_divide(
                'sum_levels.baseline_numerator', 'sum_levels.baseline_denominator'
            ) }})
            - ln({{ safe_divide(
                'sum_levels.history_numerator', 'sum_levels.history_denominator'
            ) }}),
            12
        ) as baseline_excess
    from sum_levels
    where
        sum_levels.history_day_count >= sum_levels.baseline_day_count
        and sum_levels.baseline_numerator > 0
        and sum_levels.history_numerator > 0

),

final as (

    select
        paired_windows.phase_id,
        paired_windows.metric_id,
        paired_windows.midpoint_distance_days,
        coalesce(count_pairs.placebo_pair_count, 0) as placebo_pair_count,
        coalesce(count_pairs.placebo_as_large_count, 0) as placebo_as_large_count,
        count_pairs.placebo_deviation,
        6.0 * (history_trends.history_day_count - 1)
        / (paired_windows.baseline_day_count + paired_windows.phase_day_count)
        - 2.0 * (history_trends.history_day_count - 2)
        / history_trends.history_day_count
        - 1 as placebo_freedom,
        history_trends.measured_day_count,
        history_trends.likeness,
        case
            when
                paired_windows.baseline_day_count % 7 = 0
                and paired_windows.phase_day_count % 7 = 0
                then history_trends.weekday_free_share
            else 1
        end as weekday_free_share,
        history_trends.trend_per_day,
        history_trends.trend_deviation,
        compare_levels.baseline_excess,
        compare_levels.history_ratio
    from paired_windows
    inner join history_trends
        on
            paired_windows.baseline_phase_id = history_trends.baseline_phase_id
            and paired_windows.metric_id = history_trends.metric_id
    left join count_pairs
        on
            paired_windows.phase_id = count_pairs.phase_id
            and paired_windows.metric_id = count_pairs.metric_id
    left join compare_levels
        on
            paired_windows.phase_id = compare_levels.phase_id
            and paired_windows.metric_id = compare_levels.metric_id

)

select * from final
