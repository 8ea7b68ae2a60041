-- One verdict a phase, and why. The first of these that holds:
--   not established        the daily cost cannot be compared; or a hygiene check is
--                          serious; or there is too little data for an interval
--   cost increase          the interval of the daily cost lies above zero
--   no saving established  that interval includes zero; or the cost per calendar day
--                          rose; or at the baseline's prices, or at its number of
--                          completed tasks, the interval of the reduction includes zero
--   cheaper but worse      a quality check is 'worse'
--   not established        what a saving needs is unknown: prices, tasks, or that
--                          quality held
--   established saving     all of this is settled
-- Fewer tasks is no saving, nor is a lower price of the vendor. What is unknown never
-- passes, and chance does not pass for a saving.
{% set billed = "'daily cost ' || "
    ~ reduction_text('causes', 'as_billed_reduction_ratio') %}
{% set at_constant_prices = reduction_text(
    'causes', 'constant_price_reduction_ratio'
) %}
{% set at_constant_tasks = reduction_text(
    'causes', 'workload_adjusted_reduction_ratio'
) %}

with evidence as (

    select * from {{ ref('int_headline_evidence') }}

),

causes as (

    select
        evidence.*,
        case
            when evidence.as_billed_reduction_ratio is null then 'no cost'
            when evidence.serious_check_count > 0 then 'hygiene'
            when
                coalesce(evidence.daily_cost_verdict, 'not enough data')
                = 'not enough data'
                then 'too little data'
            when evidence.daily_cost_verdict = 'regressed' then 'rose'
            when evidence.daily_cost_verdict = 'no clear change' then 'unclear'
            when evidence.daily_cost_calendar_change_value >= 0 then 'calendar days'
            when
                evidence.constant_price_reduction_ratio <= 0
                or evidence.constant_price_reduction_ratio_low <= 0
                then 'vendor price'
            when
                evidence.workload_adjusted_reduction_ratio <= 0
                or evidence.workload_adjusted_reduction_ratio_low <= 0
                then 'workload'
            when evidence.worse_quality_count > 0 then 'worse'
            when evidence.constant_price_reduction_ratio_low is null
                then 'prices unknown'
            when evidence.workload_adjusted_reduction_ratio_low is null
                then 'tasks unknown'
            when evidence.unsettled_quality_count > 0 then 'quality unsettled'
            when evidence.held_quality_count = 0 then 'quality unknown'
            else 'settled'
        end as cause
    from evidence

),

final as (

    select
        causes.phase_id,
        causes.baseline_phase_id,
        case
            when causes.cause = 'settled' then 'established saving'
            when causes.cause = 'rose' then 'cost increase'
            when causes.cause = 'worse' then 'cheaper but worse'
            when
                causes.cause in ('unclear', 'calendar days', 'vendor price', 'workload')
                then 'no saving established'
            else 'not established'
        end as verdict,
        causes.cause,
        case causes.cause
            when 'no cost' then coalesce(causes.missing_reason, 'no cost is known')
            when 'hygiene'
                then
                    'the two windows cannot be compared. '
                    || rtrim(causes.serious_sentences, '.')
                    || '. As billed, ' || {{ billed }}
            when 'too little data'
                then
                    'whether daily cost fell is not known: '
                    || coalesce(
                        causes.daily_cost_verdict_reason, 'it has no interval'
                    )
            when 'rose' then {{ billed }}
            when 'unclear'
                then
                    {{ billed }} || ', which may be chance: '
                    || causes.daily_cost_verdict_reason
            when 'calendar days'
                then
                    {{ billed }} || ' per day with calls, but '
                    || case
                        when causes.calendar_reduction_ratio < 0
                            then
                                'rose '
                                || {{ percent_text(
                                    '-causes.calendar_reduction_ratio'
                                ) }}
                        else 'did not fall'
                    end
                    || ' per calendar day: there were more days with calls'
            when 'vendor price'
                then
                    {{ billed }} || ' as billed, but at the baseline''s'
                    || ' prices it ' || {{ at_constant_prices }}
                    || ': more than the vendor''s part is not shown'
            when 'workload'
                then
                    {{ billed }} || ', but at the baseline''s number of'
                    || ' completed tasks it ' || {{ at_constant_tasks }}
                    || ': that a task costs less is not shown'
            when 'worse'
                then
                    {{ billed }} || ', but quality got worse beyond its'
                    || ' margin: ' || causes.worse_metrics
            when 'prices unknown'
                then
                    {{ billed }} || ', but whether the vendor''s prices'
                    || ' made the drop is not known: '
                    || coalesce(
                        causes.constant_price_missing_reason, 'it has no interval'
                    )
            when 'tasks unknown'
                then
                    {{ billed }} || ', but whether a task got cheaper is'
                    || ' not known: '
                    || coalesce(
                        causes.workload_adjusted_missing_reason, 'it has no interval'
                    )
            when 'quality unsettled'
                then
                    {{ billed }} || ', but that quality held is not'
                    || ' shown: ' || causes.unsettled_metrics
            when 'quality unknown'
                then {{ billed }} || ', but quality was not measured'
            else
                {{ billed }} || '; at the baseline''s prices it '
                || {{ at_constant_prices }} || ', at its number of completed tasks it '
                || {{ at_constant_tasks }} || '; quality held: ' || causes.held_metrics
        end as reason,
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
