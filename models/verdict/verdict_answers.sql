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

intervals as (

    select * from {{ ref('proof_intervals') }}
    where metric_id = 'daily_cost_calendar'

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

bill_answers as (

    select
        intervals.*,
        case
            when
                intervals.baseline_value is null
                or intervals.phase_value is null
                then 'cannot_be_told'
            when intervals.verdict = 'improved' then 'fell'
            when intervals.verdict = 'regressed' then 'rose'
            when intervals.verdict = 'no clear change' then 'no_clear_change'
            else 'cannot_be_told'
        end as answer
    from intervals

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
        bill_answers.phase_id,
        bill_answers.baseline_phase_id,
        'bill' as question_id,
        2 as question_order,
        bill_answers.answer,
        bill_answers.answer in ('fell', 'rose') as is_established,
        null as unit_of_work,
        bill_answers.baseline_value,
        bill_answers.phase_value,
        bill_answers.change_ratio,
        bill_answers.change_ratio_low,
        bill_answers.change_ratio_high,
        bill_answers.change_value as usd_per_day_change,
        bill_answers.change_value_low as usd_per_day_change_low,
        bill_answers.change_value_high as usd_per_day_change_high,
        bill_answers.interval_basis,
        bill_answers.placebo_pair_count,
        bill_answers.placebo_as_large_count,
        case
            when bill_answers.answer in ('fell', 'rose') then null
            when bill_answers.answer = 'no_clear_change' then 'chance'
            when
                bill_answers.baseline_value is null or bill_answers.phase_value is null
                then 'cost_unknown'
            else 'too_little_data'
        end as reason_code,
        bill_answers.metric_id as reason_metric_id,
        null as reason_value,
        null as reason_limit,
        null as days_needed
    from bill_answers
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
        phase_windows.active_day_count as phase_day_count
    from stacked
    inner join phase_windows on stacked.phase_id = phase_windows.phase_id
    inner join phase_windows as baseline_windows
        on stacked.baseline_phase_id = baseline_windows.phase_id

)

select * from final
