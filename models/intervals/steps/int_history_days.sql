-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The days up to the end of the baseline, the last `history_days` of them, with what
-- each metric is made of, and their trend: a straight line through the logarithm of the
-- metric, each day with the weight of its denominator. Sums without their trend, so
-- that two windows of history can be compared in one subtraction.
--   trend_per_day  slope of that line: 0.01 is 1 % a day
--   age_spread     weighted sum of squares of the days' ages: what the slope rests on
--   residual       what the line leaves of the logarithm of a day
--   …_through      sums of all days up to this one, their trend taken off
-- Sums of doubles are taken in one order, so that they are the same on every run.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

past_days as (

    select
        phase_windows.phase_id as baseline_phase_id,
        phase_windows.end_date - metrics_daily.metric_date as age_days,
        metrics_daily.*
    from phase_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.end_date - {{ var('history_days') }} + 1
            and phase_windows.end_date
    where phase_windows.is_baseline

),

measured_days as (
    {% for metric_id, metric in resampled_metrics(kind='ratio').items() %}
        {%- set numerator = metric.get('history_numerator', metric['numerator']) %}
        select
            past_days.baseline_phase_id,
            '{{ metric_id }}' as metric_id,
            past_days.metric_date,
            past_days.age_days,
            cast(coalesce(past_days.{{ numerator }}, 0) as double) as numerator,
            cast(coalesce(past_days.{{ metric['denominator'] }}, 0) as double)
                as denominator
        from past_days
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

log_days as (

    select
        measured_days.*,
        case
            when measured_days.numerator > 0 and measured_days.denominator > 0
                then ln(measured_days.numerator / measured_days.denominator)
        end as log_value
    from measured_days

),

weigh_days as (

    select
        log_days.baseline_phase_id,
        log_days.metric_id,
        {%- for name, factor in {
            'weight_sum': '1',
            'age_sum': 'log_days.age_days',
            'age_square_sum': 'log_days.age_days * log_days.age_days',
            'log_sum': 'log_days.log_value',
            'product_sum': 'log_days.age_days * log_days.log_value',
        }.items() %}
        sum(
            log_days.denominator * {{ factor }} order by log_days.metric_date
        ) as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from log_days
    where log_days.log_value is not null
    group by
        log_days.baseline_phase_id,
        log_days.metric_id

),

trends as (

    select
        weigh_days.*,
        weigh_days.age_sum / weigh_days.weight_sum as mean_age_days,
        weigh_days.log_sum / weigh_days.weight_sum as mean_log_value,
        weigh_days.age_square_sum
        - weigh_days.age_sum * weigh_days.age_sum / weigh_days.weight_sum as age_spread,
        {{ safe_divide(
            'weigh_days.product_sum
            - weigh_days.age_sum * weigh_days.log_sum / weigh_days.weight_sum',
            'weigh_days.age_square_sum
            - weigh_days.age_sum * weigh_days.age_sum / weigh_days.weight_sum'
        ) }} as slope_by_age
    from weigh_days

),

final as (

    select
        log_days.baseline_phase_id,
        log_days.metric_id,
        log_days.metric_date,
        log_days.age_days,
        log_days.numerator,
        log_days.denominator,
        0 - trends.slope_by_age as trend_per_day,
        trends.age_spread,
        log_days.log_value
        - trends.mean_log_value
        - trends.slope_by_age * (log_days.age_days - trends.mean_age_days) as residual,
        sum(log_days.denominator) over until_today as denominator_through,
        sum(
            log_days.numerator
            * exp(
                greatest(
                    least(0 - trends.slope_by_age * log_days.age_days, 100), -100
                )
            )
        ) over until_today as numerator_through
    from log_days
    inner join trends
        on
            log_days.baseline_phase_id = trends.baseline_phase_id
            and log_days.metric_id = trends.metric_id
    window
        until_today as (
            partition by log_days.baseline_phase_id, log_days.metric_id
            order by log_days.metric_date
            rows between unbounded preceding and current row
        )

)

select * from final
