-- Three questions of a phase, each with its own answer. None is a veto on another.
--   unit_cost  what a unit of work costs, at the baseline's prices and mix of work
--   bill       what a calendar day costs, as billed: a fact, and nothing hangs on it
--   quality    whether it held, of what the log can show
-- An answer that is not settled says why (reason_code, of which metric, value, limit).

with unit_costs as (
    select * from {{ ref('int_unit_cost_answers') }}
),

quality as (
    select * from {{ ref('int_quality_answers') }}
),

bills as (
    select * from {{ ref('int_bill_answers') }}
),

phase_windows as (
    select * from {{ ref('phase_windows') }}
),

stacked as (
    select
        unit_costs.phase_id,
        unit_costs.baseline_phase_id,
        'unit_cost' as question_id,
        1 as question_order,
        unit_costs.answer,
        unit_costs.is_established,
        unit_costs.unit_of_work,
        unit_costs.baseline_value,
        unit_costs.phase_value,
        unit_costs.change_ratio,
        unit_costs.change_ratio_low,
        unit_costs.change_ratio_high,
        unit_costs.usd_per_day_change,
        unit_costs.usd_per_day_change_low,
        unit_costs.usd_per_day_change_high,
        unit_costs.interval_basis,
        unit_costs.placebo_pair_count,
        unit_costs.placebo_as_large_count,
        unit_costs.reason_code,
        unit_costs.reason_metric_id,
        unit_costs.reason_value,
        unit_costs.reason_limit,
        unit_costs.days_needed
    from unit_costs
    union all
    select
        bills.phase_id,
        bills.baseline_phase_id,
        'bill' as question_id,
        2 as question_order,
        bills.answer,
        bills.answer in ('fell', 'rose') as is_established,
        null as unit_of_work,
        bills.baseline_value,
        bills.phase_value,
        bills.change_ratio,
        bills.change_ratio_low,
        bills.change_ratio_high,
        bills.usd_per_day_change,
        bills.usd_per_day_change_low,
        bills.usd_per_day_change_high,
        bills.interval_basis,
        bills.placebo_pair_count,
        bills.placebo_as_large_count,
        bills.reason_code,
        bills.reason_metric_id,
        bills.reason_value,
        bills.reason_limit,
        null as days_needed
    from bills
    union all
    select
        quality.phase_id,
        quality.baseline_phase_id,
        'quality' as question_id,
        3 as question_order,
        quality.answer,
        quality.answer in ('held', 'worse') as is_established,
        null as unit_of_work,
        quality.baseline_value,
        quality.phase_value,
        quality.change_ratio,
        quality.change_ratio_low,
        quality.change_ratio_high,
        null as usd_per_day_change,
        null as usd_per_day_change_low,
        null as usd_per_day_change_high,
        null as interval_basis,
        null as placebo_pair_count,
        null as placebo_as_large_count,
        quality.reason_code,
        quality.reason_metric_id,
        quality.reason_value,
        quality.reason_limit,
        quality.days_needed
    from quality
),

final as (
    select
        stacked.phase_id,
        stacked.baseline_phase_id,
        stacked.question_id,
        stacked.question_order,
        stacked.answer,
        stacked.is_established,
        'before_after' as evidence_kind,
        stacked.unit_of_work,
        stacked.baseline_value,
        stacked.phase_value,
        stacked.change_ratio,
        stacked.change_ratio_low,
        stacked.change_ratio_high,
        stacked.usd_per_day_change,
        stacked.usd_per_day_change_low,
        stacked.usd_per_day_change_high,
        stacked.usd_per_day_change_low * {{ var('days_per_month') }}
            as usd_per_month_change_low,
        stacked.usd_per_day_change_high * {{ var('days_per_month') }}
            as usd_per_month_change_high,
        stacked.usd_per_day_change_low * 365 as usd_per_year_change_low,
        stacked.usd_per_day_change_high * 365 as usd_per_year_change_high,
        stacked.interval_basis,
        cast(nullif(stacked.placebo_pair_count, 0) as bigint) as placebo_pair_count,
        cast(
            case
                when stacked.placebo_pair_count > 0 then stacked.placebo_as_large_count
            end as bigint
        ) as placebo_as_large_count,
        stacked.reason_code,
        case
            when stacked.reason_code is not null then stacked.reason_metric_id
        end as reason_metric_id,
        cast(stacked.reason_value as double) as reason_value,
        cast(stacked.reason_limit as double) as reason_limit,
        cast(stacked.days_needed as bigint) as days_needed,
        baseline_windows.active_day_count as baseline_day_count,
        phase_windows.active_day_count as phase_day_count,
        phase_windows.planned_day_count,
        cast(
            case
                when phase_windows.last_loaded_date < phase_windows.end_date
                    then phase_windows.last_loaded_date - phase_windows.start_date + 1
            end as bigint
        ) as interim_day_count,
        least(baseline_windows.active_day_count, phase_windows.active_day_count)
        < {{ var('projection_days_min') }} as is_pace_only
    from stacked
    inner join phase_windows on stacked.phase_id = phase_windows.phase_id
    inner join phase_windows as baseline_windows
        on stacked.baseline_phase_id = baseline_windows.phase_id
)

select * from final
