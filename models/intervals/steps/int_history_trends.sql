-- The trend of each metric before the end of the baseline, per day on the logarithmic
-- scale, and how sure it is.
--   trend_deviation  standard error of the slope, its square larger by (1 + r) /
--                    (1 - r) where a day is like the day before it by r (a first-order
--                    autoregression)
with history_days as (

    select * from {{ ref('int_history_days') }}

),

follow_residuals as (

    select
        history_days.*,
        lag(history_days.residual) over (
            partition by history_days.baseline_phase_id, history_days.metric_id
            order by history_days.metric_date
        ) as previous_residual
    from history_days

),

summed_residuals as (

    select
        follow_residuals.baseline_phase_id,
        follow_residuals.metric_id,
        max(follow_residuals.trend_per_day) as trend_per_day,
        count(follow_residuals.residual) as measured_day_count,
        max(follow_residuals.metric_date) - min(follow_residuals.metric_date) filter (
            where follow_residuals.denominator > 0
        ) + 1 as history_day_count,
        {{ safe_divide(
            'sum(
                follow_residuals.denominator * pow(follow_residuals.residual, 2)
                order by follow_residuals.metric_date
            )',
            'max(follow_residuals.age_spread)
            * nullif(count(follow_residuals.residual) - 2, 0)'
        ) }} as trend_variance,
        {{ safe_divide(
            'sum(
                follow_residuals.residual * follow_residuals.previous_residual
                order by follow_residuals.metric_date
            )',
            'sum(
                pow(follow_residuals.residual, 2) order by follow_residuals.metric_date
            )'
        ) }} as likeness
    from follow_residuals
    group by
        follow_residuals.baseline_phase_id,
        follow_residuals.metric_id

),

final as (

    select
        summed_residuals.baseline_phase_id,
        summed_residuals.metric_id,
        summed_residuals.history_day_count,
        summed_residuals.measured_day_count,
        summed_residuals.trend_per_day,
        sqrt(
            summed_residuals.trend_variance
            * (1 + greatest(least(summed_residuals.likeness, 0.9), 0))
            / (1 - greatest(least(summed_residuals.likeness, 0.9), 0))
        ) as trend_deviation
    from summed_residuals

)

select * from final
