-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02,LT05
-- How far each driver's change varies by session, by day, and by what both have in
-- common (cells): sums of squared influences, × n / (n − 1). And what the days of the
-- two windows show by themselves, each against the mean of its window: how much a day
-- is like the day before it, and a straight line through them, one slope for both.
--   …_freedom        degrees of freedom of the two windows (Welch and Satterthwaite)
--   …_share          the phase's part of the variance
--   seen_likeness    first-order autocorrelation, not corrected for its few days
--   seen_trend       slope per day, on the scale of logarithms, and its standard error
{% set groups = {
    'cluster': ['influences.cluster_id'],
    'day': ['influences.requested_date'],
    'cell': ['influences.cluster_id', 'influences.requested_date'],
} %}
{% set sides = {
    'baseline': 'influences.is_baseline_side',
    'phase': 'not influences.is_baseline_side',
} %}

with influences as (

    select * from {{ ref('int_unit_influences') }}

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
        min(grouped.first_date) over (
            partition by grouped.phase_id, grouped.driver
        ) as start_date,
        {%- for side in sides %}
            lag(grouped.{{ side }}_influence) over days as previous_{{ side }}_influence
            {{- ',' if not loop.last }}
        {%- endfor %}
    from grouped
    where grouped.resampled_unit = 'day'
    window
        days as (
            partition by grouped.phase_id, grouped.driver
            order by grouped.first_date
        )

),

alike_days as (

    -- Of the days of each window: how much one is like the day before it, and a
    -- straight line through them, one slope for both (_time: days × influence, …).
    select
        followed_days.phase_id,
        followed_days.driver,
        {%- for side, sign in {'baseline': '-1', 'phase': '1'}.items() %}
            {%- set own = 'followed_days.' ~ side ~ '_influence' %}
            {%- set time = '(followed_days.first_date - followed_days.start_date)' %}
            {%- for name, value in {
                'next': own ~ ' * followed_days.previous_' ~ side ~ '_influence',
                'square': 'pow(' ~ own ~ ', 2)',
                'time': sign ~ ' * ' ~ time ~ ' * ' ~ own,
            }.items() %}
                sum({{ value }} order by followed_days.first_date)
                    as {{ side }}_{{ name }}_sum,
            {%- endfor %}
            count({{ own }}) as {{ side }}_count,
            cast(
                var_pop({{ time }}) filter (where {{ own }} is not null) as double
            ) as {{ side }}_time_variance
            {{- ',' if not loop.last }}
        {%- endfor %}
    from followed_days
    group by
        followed_days.phase_id,
        followed_days.driver

),

valued as (

    select
        influences.phase_id,
        influences.driver,
        bool_or(influences.is_experiment) as is_experiment,
        max(influences.baseline_value) as baseline_value,
        max(influences.phase_value) as phase_value,
        max(influences.common_cost_share) as common_cost_share,
        max(influences.common_phase_unit_count) as common_phase_unit_count
    from influences
    group by
        influences.phase_id,
        influences.driver

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

line_through_days as (

    select
        alike_days.*,
        alike_days.baseline_count + alike_days.phase_count as both_day_count,
        {%- for name, value in {
            'time_sum': '_count * alike_days.{side}_time_sum',
            'time_square_sum': '_count * alike_days.{side}_time_variance',
            'square_sum': '_count * alike_days.{side}_count
                    * alike_days.{side}_square_sum',
            'next_share': '_count * alike_days.{side}_next_sum
                    / nullif(alike_days.{side}_square_sum, 0)',
        }.items() %}
            {%- for side in sides %}
                coalesce(alike_days.{{ side }}{{ value.replace('{side}', side) }}, 0)
                {{- ' +' if not loop.last }}
            {%- endfor %} as {{ name }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from alike_days

),

final as (

    select
        pivoted.*,
        valued.is_experiment,
        valued.baseline_value,
        valued.phase_value,
        valued.common_cost_share,
        valued.common_phase_unit_count,
        line_through_days.both_day_count,
        {{ safe_divide(
            'line_through_days.next_share', 'line_through_days.both_day_count'
        ) }} as seen_likeness,
        {{ safe_divide(
            'line_through_days.time_sum', 'line_through_days.time_square_sum'
        ) }} as seen_trend,
        sqrt(greatest({{ safe_divide(
            'line_through_days.square_sum - pow(line_through_days.time_sum, 2)
            / nullif(line_through_days.time_square_sum, 0)',
            'line_through_days.time_square_sum
            * nullif(greatest(line_through_days.both_day_count - 3, 0), 0)',
        ) }}, 0)) as seen_trend_deviation
    from pivoted
    inner join valued
        on
            pivoted.phase_id = valued.phase_id
            and pivoted.driver = valued.driver
    inner join line_through_days
        on
            pivoted.phase_id = line_through_days.phase_id
            and pivoted.driver = line_through_days.driver

)

select * from final
