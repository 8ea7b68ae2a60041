-- What the phase would have cost as the baseline worked, less what it cost: the
-- baseline model of measurement and verification (ASHRAE Guideline 14, IPMVP
-- option C), one for each driver of work, with the gates a model must pass before
-- its figure is used. The driver `days` is no driver: its model is the mean day, and
-- its interval the wider of its own and of the bill's, which lets the phase vary, too.
--   s²   = Σ residual² / (n − p), p = kinds of day + 1 where the driver varies
--   half = t × s × √((1 + ρ) / (1 − ρ)) × √(m + Σ m_c² / n_c + (Σ deviation)² / Sxx)
-- over m days of the phase; ρ is the residuals' lag-1 autocorrelation, at least 0.
with fitted as (
    select * from {{ ref('int_counterfactual_fits') }}
),

bills as (
    select * from {{ ref('proof_intervals') }}
    where metric_id = 'daily_cost_calendar' and change_value_low is not null
),

-- The m-th day of its kind raises m² / n of that kind by (2m − 1) / n.
numbered as (
    select
        modelled.*,
        row_number() over (
            partition by modelled.phase_id, modelled.driver_id, modelled.day_class
            order by modelled.metric_date
        ) as class_day_number
    from {{ ref('int_counterfactual_days') }} as modelled
    where not modelled.is_baseline_day
),

reported as (
    select
        numbered.phase_id,
        numbered.driver_id,
        count(*) as phase_day_count,
        sum(numbered.cost_usd order by numbered.metric_date) as observed_usd,
        sum(numbered.counterfactual_usd order by numbered.metric_date)
            as counterfactual_usd,
        sum(numbered.driver_deviation order by numbered.metric_date)
            as driver_deviation,
        avg(numbered.driver_value order by numbered.metric_date) as driver_mean,
        sum(numbered.driver_value order by numbered.metric_date) as driver_total,
        sum(
            (2 * numbered.class_day_number - 1.0)
            / nullif(numbered.class_day_count, 0)
            order by numbered.metric_date
        ) as class_term,
        bool_or(numbered.class_day_count = 0) as has_unseen_class
    from numbered
    group by numbered.phase_id, numbered.driver_id
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
        -- Nothing where the bill has no interval: the mean day must not know better.
        case when fitted.driver_id <> 'days' or bills.phase_id is not null then 1 end
        * {{ normal_quantile() }}
        * {{ small_sample_factor('fitted.degrees_of_freedom') }}
        * sqrt(
            fitted.residual_variance
            * (1 + fitted.autocorrelation) / (1 - fitted.autocorrelation)
            * (
                reported.phase_day_count
                + reported.class_term
                + coalesce(
                    pow(reported.driver_deviation, 2)
                    / nullif(fitted.driver_deviation_squares, 0),
                    0
                )
            )
        ) as half_width_usd,
        0 - bills.change_value_high * reported.phase_day_count as bill_low_usd,
        0 - bills.change_value_low * reported.phase_day_count as bill_high_usd,
        reported.has_unseen_class,
        reported.driver_mean as phase_driver_mean,
        reported.driver_mean
        not between fitted.driver_min * (1 - {{ var('counterfactual_driver_margin') }})
        and fitted.driver_max * (1 + {{ var('counterfactual_driver_margin') }})
            as is_beyond_baseline
    from fitted
    inner join reported
        on fitted.phase_id = reported.phase_id and fitted.driver_id = reported.driver_id
    left join bills
        on fitted.phase_id = bills.phase_id and fitted.driver_id = 'days'
),

judged as (
    select
        measured.*,
        case
            when measured.fit_fault in ('no_driver', 'few_days') then measured.fit_fault
            when
                measured.counterfactual_usd is null or measured.has_unseen_class
                then 'unseen_day_class'
            when measured.is_beyond_baseline then 'driver_beyond_baseline'
            else measured.fit_fault
        end as disqualified_by
    from measured
),

final as (
    select
        phase_id,
        driver_id,
        disqualified_by,
        case disqualified_by
            when 'driver_beyond_baseline' then phase_driver_mean
            when fit_fault then fit_fault_value
        end as reason_value,
        case disqualified_by
            when 'driver_beyond_baseline' then driver_max
            when fit_fault then fit_fault_limit
        end as reason_limit,
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
        least(avoided_usd - half_width_usd, bill_low_usd) as avoided_usd_low,
        greatest(avoided_usd + half_width_usd, bill_high_usd) as avoided_usd_high,
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
    from judged
)

select * from final
