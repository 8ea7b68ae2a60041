-- Day by day: observed cost beside what the day would have cost as the baseline
-- worked, and the cost avoided so far, each with its band (avoided_costs has the
-- formula). Days of the baseline are fitted days; their sum of avoided cost begins
-- with the phase. Beside it what the events of the log are worth so far, which is a
-- claim: unknown where no event of the phase claims a saving.
with days as (
    select * from {{ ref('int_counterfactual_days') }}
),

fits as (
    select
        avoided_costs.phase_id,
        avoided_costs.driver_id,
        avoided_costs.autocorrelation,
        avoided_costs.avoided_usd - avoided_costs.avoided_usd_low as low_width_usd,
        avoided_costs.avoided_usd_high - avoided_costs.avoided_usd as high_width_usd,
        pow(avoided_costs.cv_rmse_ratio, 2) as relative_variance,
        {{ normal_quantile() }}
        * {{ small_sample_factor('avoided_costs.degrees_of_freedom') }} as t_quantile
    from {{ ref('avoided_costs') }} as avoided_costs
),

valued as (
    select
        savings_date,
        sum(saving_claim_count) as saving_claim_count,
        cast(coalesce(sum(valued_savings_usd), 0) as double) as valued_savings_usd
    from {{ ref('strategy_savings_daily') }}
    group by savings_date
),

means as (
    select
        phase_id,
        driver_id,
        avg(cost_usd order by metric_date) as mean_cost_usd
    from days
    where is_baseline_day
    group by phase_id, driver_id
),

running as (
    select
        days.*,
        fits.t_quantile,
        fits.low_width_usd,
        fits.high_width_usd,
        fits.relative_variance * pow(means.mean_cost_usd, 2) as residual_variance,
        (1 + fits.autocorrelation) / (1 - fits.autocorrelation) as inflation,
        row_number() over so_far as day_number,
        sum(valued.valued_savings_usd) over so_far as valued_so_far_usd,
        sum(valued.saving_claim_count) over (
            partition by days.phase_id, days.driver_id, days.is_baseline_day
        ) as saving_claim_count,
        sum(days.counterfactual_usd - days.cost_usd) over so_far as avoided_so_far_usd,
        sum(days.driver_deviation) over so_far as deviation_so_far,
        row_number() over (
            partition by
                days.phase_id, days.driver_id, days.is_baseline_day, days.day_class
            order by days.metric_date
        ) as class_day_number
    from days
    inner join fits
        on days.phase_id = fits.phase_id and days.driver_id = fits.driver_id
    inner join means
        on days.phase_id = means.phase_id and days.driver_id = means.driver_id
    left join valued on days.metric_date = valued.savings_date
    window so_far as (
        partition by days.phase_id, days.driver_id, days.is_baseline_day
        order by days.metric_date
    )
),

-- Adding one more day of a kind to m−1 of them raises m²/n by (2m − 1)/n.
widened as (
    select
        running.*,
        running.t_quantile
        * sqrt(running.residual_variance * (1 + running.leverage))
            as day_half_width_usd,
        running.t_quantile * sqrt(
            running.residual_variance * running.inflation * (
                running.day_number
                + sum(
                    (2 * running.class_day_number - 1.0)
                    / nullif(running.class_day_count, 0)
                )
                    over (
                        partition by
                            running.phase_id, running.driver_id, running.is_baseline_day
                        order by running.metric_date
                    )
                + coalesce(
                    pow(running.deviation_so_far, 2)
                    / nullif(running.driver_deviation_squares, 0),
                    0
                )
            )
        ) as so_far_half_width_usd
    from running
),

-- The band ends as wide as the interval of the whole phase.
shared as (
    select
        widened.*,
        coalesce(
            widened.so_far_half_width_usd
            / nullif(max(widened.so_far_half_width_usd) over whole, 0),
            1
        ) as share_of_width
    from widened
    window whole as (
        partition by widened.phase_id, widened.driver_id, widened.is_baseline_day
    )
),

final as (
    select
        phase_id,
        driver_id,
        metric_date,
        is_baseline_day,
        driver_value,
        cost_usd as observed_usd,
        counterfactual_usd,
        counterfactual_usd - day_half_width_usd as counterfactual_usd_low,
        counterfactual_usd + day_half_width_usd as counterfactual_usd_high,
        case when not is_baseline_day then avoided_so_far_usd end as avoided_so_far_usd,
        case
            when not is_baseline_day
                then avoided_so_far_usd - low_width_usd * share_of_width
        end as avoided_so_far_usd_low,
        case
            when not is_baseline_day
                then avoided_so_far_usd + high_width_usd * share_of_width
        end as avoided_so_far_usd_high,
        case
            when not is_baseline_day and saving_claim_count > 0 then valued_so_far_usd
        end as valued_so_far_usd
    from shared
)

select * from final
