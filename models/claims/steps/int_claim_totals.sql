-- All claims of a phase and the drop of the daily cost that was measured, per day with
-- API calls. What the bridge supports of all claims is the support of the strategies it
-- has a factor for; separable_asserted_usd_per_day are the claims of just those.

with strategy_claims as (

    select * from {{ ref('int_strategy_claims') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

measured_drops as (

    select
        phase_comparison.phase_id,
        0 - phase_comparison.change_value as drop_usd_per_day,
        phase_comparison.missing_reason as drop_missing_reason
    from phase_comparison
    where phase_comparison.metric_id = 'daily_cost'

),

sum_strategies as (

    select
        strategy_claims.phase_id,
        {%- for column in claim_counts() %}
            sum(strategy_claims.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            {{ sum_if_all_known(
                'strategy_claims.' ~ amount ~ '_usd_per_day',
                ['strategy_claims.strategy_id']
            ) }} as {{ amount }}_usd_per_day,
        {%- endfor %}
        {%- for amount in ['asserted', 'supported'] %}
            {{ sum_if_all_known(
                'strategy_claims.' ~ amount ~ '_usd_per_day',
                ['strategy_claims.strategy_id'],
                'strategy_claims.is_separable'
            ) }} as separable_{{ amount }}_usd_per_day,
        {%- endfor %}
        min(strategy_claims.claims_missing_reason) as claims_missing_reason,
        min(strategy_claims.support_missing_reason) filter (
            where strategy_claims.is_separable
        ) as support_missing_reason
    from strategy_claims
    group by strategy_claims.phase_id

),

final as (

    select
        sum_strategies.phase_id,
        {%- for column in claim_counts() %}
            cast(sum_strategies.{{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            sum_strategies.{{ amount }}_usd_per_day,
        {%- endfor %}
        sum_strategies.separable_asserted_usd_per_day,
        sum_strategies.separable_supported_usd_per_day,
        measured_drops.drop_usd_per_day,
        sum_strategies.claims_missing_reason,
        sum_strategies.support_missing_reason,
        measured_drops.drop_missing_reason
    from sum_strategies
    left join measured_drops on sum_strategies.phase_id = measured_drops.phase_id

)

select * from final
