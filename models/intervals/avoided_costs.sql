-- What the phase would have cost as the baseline worked, less what it cost: the
-- baseline model of measurement and verification (ASHRAE Guideline 14, IPMVP
-- option C), one for each driver of work, with the gates a model must pass before
-- its figure is used. The driver `days` is no driver: its model is the mean day.
--   s²   = Σ residual² / (n − p), p = kinds of day + 1 where the driver varies
--   half = t × s × √((1 + ρ) / (1 − ρ)) × √(m + Σ m_c² / n_c + (Σ deviation)² / Sxx)
-- over m days of the phase; ρ is the residuals' lag-1 autocorrelation, at least 0.
with days as (

    select * from {{ ref('int_counterfactual_days') }}

),

fitted as (

    select * from {{ ref('int_counterfactual_fits') }}

),

classes as (

    select
        phase_id,
        driver_id,
        day_class,
        max(class_day_count) as class_day_count,
        count(*) as day_count
    from days
    where not is_baseline_day
    group by phase_id, driver_id, day_class

),

class_terms as (

    select
        phase_id,
        driver_id,
        sum(
            day_count * day_count * 1.0 / nullif(class_day_count, 0) order by day_class
        ) as class_term,
        bool_or(class_day_count = 0) as has_unseen_class
    from classes
    group by phase_id, driver_id

),

reported as (

    select
        days.phase_id,
        days.driver_id,
        count(*) as phase_day_count,
        sum(days.cost_usd order by days.metric_date) as observed_usd,
        sum(days.counterfactual_usd order by days.metric_date) as counterfactual_usd,
        sum(days.driver_deviation order by days.metric_date) as driver_deviation,
        avg(days.driver_value order by days.metric_date) as driver_mean,
        sum(days.driver_value order by days.metric_date) as driver_total
    from days
    where not days.is_baseline_day
    group by days.phase_id, days.driver_id

),

measured as (

    select
        fitted.*,
        reported.phase_day_count,
        reported.observed_usd,
        reported.counterfactual_usd,
        reported.counterfactual_usd - reported.observed_usd as avoided_usd,
        fitted.mean_cost_usd / nullif(fitted.driver_mean, 0) * reported.driver_total
        - reported.observed_usd as ratio_avoided_usd,
        sqrt(fitted.residual_variance)
        / nullif(fitted.mean_cost_usd, 0) as cv_rmse_ratio,
        {{ normal_quantile() }} * {{ small_sample_factor('fitted.degrees_of_freedom') }}
        * sqrt(
            fitted.residual_variance
            * (1 + fitted.autocorrelation) / (1 - fitted.autocorrelation)
            * (
                reported.phase_day_count
                + class_terms.class_term
                + coalesce(
                    pow(reported.driver_deviation, 2)
                    / nullif(fitted.driver_deviation_squares, 0),
                    0
                )
            )
        ) as half_width_usd,
        class_terms.has_unseen_class,
        reported.driver_mean
        not between fitted.driver_min * (1 - {{ var('counterfactual_driver_margin') }})
        and fitted.driver_max * (1 + {{ var('counterfactual_driver_margin') }})
            as is_beyond_baseline
    from fitted
    inner join reported
        on fitted.phase_id = reported.phase_id and fitted.driver_id = reported.driver_id
    inner join class_terms
        on
            fitted.phase_id = class_terms.phase_id
            and fitted.driver_id = class_terms.driver_id

),

final as (

    select
        phase_id,
        driver_id,
        case
            when driver_max = 0 then 'no_driver'
            when
                baseline_day_count < {{ var('counterfactual_days_min') }}
                or degrees_of_freedom < {{ var('counterfactual_degrees_min') }}
                then 'few_days'
            when counterfactual_usd is null or has_unseen_class then 'unseen_day_class'
            when is_beyond_baseline then 'driver_beyond_baseline'
            when coalesce(cv_rmse_ratio, 1) > {{ var('counterfactual_cv_rmse_max') }}
                then 'poor_fit'
            when
                coalesce(forecast_error_ratio, 1)
                > {{ var('counterfactual_forecast_error_max') }}
                then 'poor_forecast'
            when
                abs(forecast_bias_ratio)
                > {{ var('counterfactual_forecast_bias_max') }}
                then 'biased_forecast'
        end as disqualified_by,
        baseline_day_count,
        phase_day_count,
        day_class_count,
        degrees_of_freedom,
        slope_usd,
        r_squared,
        cv_rmse_ratio,
        autocorrelation,
        forecast_error_ratio,
        forecast_bias_ratio,
        observed_usd,
        counterfactual_usd,
        avoided_usd,
        avoided_usd - half_width_usd as avoided_usd_low,
        avoided_usd + half_width_usd as avoided_usd_high,
        avoided_usd / nullif(counterfactual_usd, 0) as avoided_ratio,
        half_width_usd / nullif(abs(avoided_usd), 0) as fractional_uncertainty_ratio,
        ratio_avoided_usd,
        coalesce(sign(avoided_usd) * sign(ratio_avoided_usd) < 0, false)
            as has_ratio_that_disagrees,
        coalesce(
            count(distinct sign(avoided_usd))
            filter (where driver_max > 0 and driver_id <> 'days')
                over (partition by phase_id)
            > 1,
            false
        ) as has_drivers_that_disagree
    from measured

)

select * from final
