-- One line a phase, made of its three answers (verdict_answers) and never another:
--   established saving    a unit of work costs less; the cause says what is known of
--                         quality: settled (held), quality unsettled, quality unknown
--   cheaper but worse     a unit of work costs less, and quality got worse
--   cost increase         a unit of work costs more
--   no saving established its interval includes zero
--   not established       it cannot be told; the cause says why
-- The bill is no part of it: a growing team's saving is one though the bill rose, and a
-- lower bill for less work or at a lower price is none.
{% set billed = "'daily cost ' || "
    ~ reduction_text('causes', 'as_billed_reduction_ratio') %}
{% set unit = "causes.unit_words || ' at the baseline''s prices and mix of work '
    || " ~ reduction_text('causes', 'unit_reduction_ratio') %}
{% set causes_of_reasons = {
    'instrument': 'hygiene',
    'cost_unknown': 'no cost',
    'prices_unknown': 'prices unknown',
    'baseline_zero': 'baseline zero',
    'mix_not_comparable': 'mix not comparable',
    'too_little_data': 'too little data',
    'drivers_disagree': 'drivers disagree',
    'not_billed': 'not billed',
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
        'the cost of '
        || case unit_costs.unit_of_work when 'task' then 'a task' else 'an API call' end
            as unit_words,
        0 - unit_costs.change_ratio as unit_reduction_ratio,
        0 - unit_costs.change_ratio_high as unit_reduction_ratio_low,
        0 - unit_costs.change_ratio_low as unit_reduction_ratio_high,
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
        -- What is not known of a sentence takes the sentence with it, not the row.
        coalesce(
            case causes.cause
                when 'no cost' then coalesce(causes.missing_reason, 'no cost is known')
                when 'hygiene'
                    then
                        'the two windows cannot be compared. '
                        || rtrim(causes.serious_sentences, '.')
                        || '. As billed, ' || {{ billed }}
                when 'too little data'
                    then
                        'whether ' || causes.unit_words || ' fell is not known: there'
                        || ' are too few days'
                when 'prices unknown'
                    then
                        {{ billed }}
                        || ', but too little of it has a known price to say'
                        || ' whether ' || causes.unit_words || ' fell'
                when 'baseline zero' then 'the baseline cost nothing'
                when 'mix not comparable'
                    then
                        {{ billed }}
                        || ', but too much of the cost lies in work that only'
                        || ' one of the two windows has'
                when 'drivers disagree'
                    then
                        {{ unit }}
                        || ', but other ways to count the work do not bear it'
                        || ' out'
                when 'not billed'
                    then {{ unit }} || ', but what was billed does not show it'
                when 'unclear' then {{ unit }} || ', which may be chance'
                when 'worse'
                    then
                        {{ unit }} || ', but quality got worse beyond its'
                        || ' margin: ' || causes.worse_metrics
                when 'quality unsettled'
                    then
                        {{ unit }} || '; whether quality held is open: '
                        || causes.unsettled_metrics
                when 'quality unknown' then {{ unit }} || '; quality was not measured'
                when
                    'settled'
                    then {{ unit }} || '; quality held: ' || causes.held_metrics
                else {{ unit }}
            end,
            causes.unit_words || ': ' || causes.cause
        ) as reason,
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
