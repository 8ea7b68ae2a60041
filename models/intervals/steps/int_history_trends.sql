-- The trend of each metric before the end of the baseline, per day on the logarithmic
-- scale, and how sure it is.
--   likeness         how much a day is like the day before it, 0 to 0.9: a first-order
--                    autoregression, corrected for the days' number (Kendall 1954)
--   weekday_free_share  what is left of the variance of days without their weekday
--   trend_deviation  standard error of the slope, its square larger by (1 + likeness) /
--                    (1 - likeness)
with history_days as (

    select * from {{ ref('int_history_days') }}

),

level_weekdays as (

    select
        history_days.*,
        case
            when
                count(history_days.residual) over whole_history
                >= {{ var('minimum_weekday_history_days') }}
                then
                    history_days.residual
                    - avg(history_days.residual) over same_weekday
            else history_days.residual
        end as level_residual
    from history_days
    window
        whole_history as (
            partition by history_days.baseline_phase_id, history_days.metric_id
        ),
        same_weekday as (
            partition by
                history_days.baseline_phase_id,
                history_days.metric_id,
                history_days.age_days % 7
            order by history_days.metric_date
            rows between unbounded preceding and unbounded following
        )

),

follow_residuals as (

    select
        level_weekdays.*,
        lag(level_weekdays.level_residual) over (
            partition by level_weekdays.baseline_phase_id, level_weekdays.metric_id
            order by level_weekdays.metric_date
        ) as previous_residual
    from level_weekdays

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
        sum(
            pow(follow_residuals.residual, 2) order by follow_residuals.metric_date
        ) as residual_square_sum,
        sum(
            pow(follow_residuals.level_residual, 2)
            order by follow_residuals.metric_date
        ) as level_square_sum,
        {{ safe_divide(
            'sum(
                follow_residuals.level_residual * follow_residuals.previous_residual
                order by follow_residuals.metric_date
            )',
            'sum(
                pow(follow_residuals.level_residual, 2)
                order by follow_residuals.metric_date
            )'
        ) }} as raw_likeness
    from follow_residuals
    group by
        follow_residuals.baseline_phase_id,
        follow_residuals.metric_id

),

corrected_likeness as (

    select
        summed_residuals.*,
        greatest(
            least(
                summed_residuals.raw_likeness + (2 + 4 * summed_residuals.raw_likeness)
                / summed_residuals.measured_day_count,
                0.9
            ),
            0
        ) as likeness
    from summed_residuals

),

final as (

    select
        corrected_likeness.baseline_phase_id,
        corrected_likeness.metric_id,
        corrected_likeness.history_day_count,
        corrected_likeness.measured_day_count,
        corrected_likeness.trend_per_day,
        corrected_likeness.likeness,
        case
            when
                corrected_likeness.measured_day_count
                >= {{ var('minimum_weekday_history_days') }}
                then
                    least(
                        {{ safe_divide(
                            'corrected_likeness.level_square_sum
                            * (corrected_likeness.measured_day_count - 2)',
                            'corrected_likeness.residual_square_sum
                            * (corrected_likeness.measured_day_count - 8)'
                        ) }},
                        1
                    )
            else 1
        end as weekday_free_share,
        sqrt(
            corrected_likeness.trend_variance * (1 + corrected_likeness.likeness)
            / (1 - corrected_likeness.likeness)
        ) as trend_deviation
    from corrected_likeness

)

select * from final
