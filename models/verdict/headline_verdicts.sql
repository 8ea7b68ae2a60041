-- One line a phase, made of its three answers (verdict_answers) and never another:
--   established saving    a unit of work costs less; the cause says what is known of
--                         quality: settled (held), quality unsettled, quality unknown
--   cheaper but worse     a unit of work costs less, and quality got worse
--   cost increase         a unit of work costs more
--   no saving established its interval includes zero
--   not established       it cannot be told; the cause says why
-- The bill is no part of it: a growing team's saving is one though the bill rose, and a
-- lower bill for less work or at a lower price is none.
{% set causes_of_reasons = {
    'instrument': 'hygiene',
    'cost_unknown': 'no cost',
    'prices_unknown': 'prices unknown',
    'baseline_zero': 'baseline zero',
    'mix_not_comparable': 'mix not comparable',
    'too_little_data': 'too little data',
    'drivers_disagree': 'drivers disagree',
    'not_billed': 'not billed',
    'baseline_unusual': 'baseline unusual',
    'chance': 'unclear',
    'trend_continued': 'unclear',
} %}

with evidence as (

    select * from {{ ref('int_headline_evidence') }}

),

answers as (

    select * from {{ ref('verdict_answers') }}

),

causes as (

    select
        evidence.*,
        unit_costs.answer as unit_answer,
        case
            {%- for reason, cause in causes_of_reasons.items() %}
                when unit_costs.reason_code = '{{ reason }}' then '{{ cause }}'
            {%- endfor %}
            when unit_costs.answer = 'dearer' then 'rose'
            when quality.answer = 'worse' then 'worse'
            when quality.answer = 'open' then 'quality unsettled'
            when quality.answer = 'not_measured' then 'quality unknown'
            else 'settled'
        end as cause
    from evidence
    inner join answers as unit_costs
        on
            evidence.phase_id = unit_costs.phase_id
            and unit_costs.question_id = 'unit_cost'
    inner join answers as quality
        on
            evidence.phase_id = quality.phase_id
            and quality.question_id = 'quality'

),

final as (

    select
        causes.phase_id,
        causes.baseline_phase_id,
        case
            when causes.unit_answer = 'dearer' then 'cost increase'
            when causes.unit_answer = 'no_clear_change' then 'no saving established'
            when causes.unit_answer = 'cannot_be_told' then 'not established'
            when causes.cause = 'worse' then 'cheaper but worse'
            else 'established saving'
        end as verdict,
        causes.cause,
        causes.baseline_daily_usd,
        causes.phase_daily_usd,
        causes.as_billed_reduction_ratio,
        causes.as_billed_reduction_ratio_low,
        causes.as_billed_reduction_ratio_high,
        causes.constant_price_reduction_ratio,
        causes.constant_price_reduction_ratio_low,
        causes.constant_price_reduction_ratio_high,
        causes.price_effect_ratio,
        causes.workload_adjusted_reduction_ratio,
        causes.workload_adjusted_reduction_ratio_low,
        causes.workload_adjusted_reduction_ratio_high,
        causes.cost_per_task_reduction_ratio_low,
        causes.cost_per_task_reduction_ratio_high,
        causes.serious_check_count,
        causes.warning_check_count,
        causes.held_quality_count,
        causes.worse_quality_count,
        causes.unsettled_quality_count,
        causes.daily_cost_change_value > 0 as has_cost_risen,
        causes.constant_price_missing_reason,
        causes.workload_adjusted_missing_reason
    from causes

)

select * from final
