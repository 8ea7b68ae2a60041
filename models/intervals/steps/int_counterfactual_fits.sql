-- How well the baseline's model fits the baseline's own days: its residual
-- variance, what it misses of days left out one at a time (residual / (1 −
-- leverage)), its autocorrelation, and the gate it does not pass.
with days as (
    select * from {{ ref('int_counterfactual_days') }}
),

lagged as (
    select
        days.*,
        lag(days.residual_usd) over (
            partition by days.phase_id, days.driver_id order by days.metric_date
        ) as previous_residual_usd
    from days
    where days.is_baseline_day
),

fitted as (
    select
        lagged.*,
        -- A driver that never varies has no slope to be fitted.
        cast(lagged.driver_deviation_squares > 0 as integer) as slope_count
    from lagged
),

measured as (
    select
        phase_id,
        driver_id,
        count(*) as baseline_day_count,
        count(distinct day_class) as day_class_count,
        count(*) - count(distinct day_class) - max(slope_count)
            as degrees_of_freedom,
        max(slope_usd) as slope_usd,
        max(driver_deviation_squares) as driver_deviation_squares,
        min(driver_value) as driver_min,
        max(driver_value) as driver_max,
        avg(driver_value order by metric_date) as driver_mean,
        avg(cost_usd order by metric_date) as mean_cost_usd,
        sum(residual_usd * residual_usd order by metric_date)
        / nullif(
            greatest(count(*) - count(distinct day_class) - max(slope_count), 0), 0
        ) as residual_variance,
        1
        - sum(residual_usd * residual_usd order by metric_date)
        / nullif(regr_syy(cost_usd, 1 order by metric_date), 0) as r_squared,
        least(
            greatest(
                coalesce(
                    sum(residual_usd * previous_residual_usd order by metric_date)
                    / nullif(sum(residual_usd * residual_usd order by metric_date), 0),
                    0
                ),
                0
            ),
            0.9
        ) as autocorrelation,
        sqrt(avg(pow(residual_usd / nullif(1 - leverage, 0), 2) order by metric_date))
        / nullif(avg(cost_usd order by metric_date), 0) as forecast_error_ratio,
        avg(residual_usd / nullif(1 - leverage, 0) order by metric_date)
        / nullif(avg(cost_usd order by metric_date), 0)
            as forecast_bias_ratio
    from fitted
    group by phase_id, driver_id
),

shared as (
    select
        measured.*,
        sqrt(measured.residual_variance) / nullif(measured.mean_cost_usd, 0)
            as cv_rmse_ratio
    from measured
),

-- A model whose figure must not be used, and by which gate; unknown passes none.
judged as (
    select
        shared.*,
        case
            when shared.driver_max = 0 then 'no_driver'
            when
                shared.baseline_day_count < {{ var('counterfactual_days_min') }}
                or shared.degrees_of_freedom < {{ var('counterfactual_degrees_min') }}
                then 'few_days'
            when
                coalesce(shared.cv_rmse_ratio, 1)
                > {{ var('counterfactual_cv_rmse_max') }}
                then 'poor_fit'
            when
                coalesce(shared.forecast_error_ratio, 1)
                > {{ var('counterfactual_forecast_error_max') }}
                then 'poor_forecast'
            when
                abs(shared.forecast_bias_ratio)
                > {{ var('counterfactual_forecast_bias_max') }}
                then 'biased_forecast'
        end as fit_fault
    from shared
),

final as (
    select
        judged.*,
        cast(
            case judged.fit_fault
                when 'few_days' then judged.baseline_day_count
                when 'poor_fit' then judged.cv_rmse_ratio
                when 'poor_forecast' then judged.forecast_error_ratio
                when 'biased_forecast' then abs(judged.forecast_bias_ratio)
            end as double
        ) as fit_fault_value,
        cast(
            case judged.fit_fault
                when 'few_days' then {{ var('counterfactual_days_min') }}
                when 'poor_fit' then {{ var('counterfactual_cv_rmse_max') }}
                when 'poor_forecast' then {{ var('counterfactual_forecast_error_max') }}
                when 'biased_forecast'
                    then {{ var('counterfactual_forecast_bias_max') }}
            end as double
        ) as fit_fault_limit
    from judged
)

select * from final
