-- What the event log claims, day by day and strategy by strategy, beside what our
-- valuation and the cost bridge make of it.
--   supported_usd     − the bridge's contributions of the strategy's factors (seed
--                     bridge_strategies) on that day; below zero where they raised the
--                     cost; null for a strategy without a factor of its own
--   over_claimed_usd  asserted − supported, where below zero supports nothing
--   over_claim_ratio  asserted / supported; null where nothing is supported

with savings_daily as (

    select * from {{ ref('strategy_savings_daily') }}

),

phases as (

    select * from {{ ref('phases') }}

),

claims as (

    select * from {{ ref('int_claims_checked') }}

),

bridge_days as (

    select * from {{ ref('cost_bridge_days') }}

),

bridge_strategies as (

    select * from {{ ref('bridge_strategies') }}

),

sum_claims as (

    select
        claims.occurred_date,
        claims.strategy_id,
        sum(claims.claimed_usd) as claimed_usd,
        sum(claims.valued_usd) as valued_usd,
        sum(claims.asserted_usd) as asserted_usd,
        sum(claims.asserted_usd) filter (where claims.is_orphan) as orphan_asserted_usd,
        sum(claims.asserted_usd) filter (
            where claims.is_double_claim
        ) as double_asserted_usd,
        count(*) as saving_claim_count,
        count(*) filter (where claims.claimed_usd is null) as undeclared_claim_count,
        count(*) filter (where claims.valued_usd is null) as unvalued_claim_count,
        count(*) filter (where claims.is_orphan) as orphan_event_count,
        count(*) filter (where claims.is_double_claim) as double_claim_count,
        count(*) filter (where claims.is_shared_claim) as shared_claim_count
    from claims
    group by
        claims.occurred_date,
        claims.strategy_id

),

sum_contributions as (

    select
        bridge_days.metric_date,
        bridge_strategies.strategy_id,
        {{ supported_usd('bridge_days.contribution_usd', 'bridge_days.factor_id') }}
            as supported_usd
    from bridge_days
    inner join bridge_strategies on bridge_days.factor_id = bridge_strategies.factor_id
    group by
        bridge_days.metric_date,
        bridge_strategies.strategy_id

),

joined as (

    select
        savings_daily.savings_date as claim_date,
        savings_daily.strategy_id,
        savings_daily.strategy_name,
        phases.phase_id,
        savings_daily.event_count,
        {%- for column in claim_counts()[1:] %}
            coalesce(sum_claims.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() %}
            case
                when coalesce(sum_claims.saving_claim_count, 0) = 0 then 0
                else sum_claims.{{ amount }}_usd
            end as {{ amount }}_usd,
        {%- endfor %}
        coalesce(sum_claims.orphan_asserted_usd, 0) as orphan_asserted_usd,
        coalesce(sum_claims.double_asserted_usd, 0) as double_asserted_usd,
        sum_contributions.supported_usd
    from savings_daily
    left join phases
        on savings_daily.savings_date between phases.start_date and phases.end_date
    left join sum_claims
        on
            savings_daily.savings_date = sum_claims.occurred_date
            and savings_daily.strategy_id = sum_claims.strategy_id
    left join sum_contributions
        on
            savings_daily.savings_date = sum_contributions.metric_date
            and savings_daily.strategy_id = sum_contributions.strategy_id

),

final as (

    select
        joined.claim_date,
        joined.strategy_id,
        joined.strategy_name,
        joined.phase_id,
        {%- for column in claim_counts() %}
            joined.{{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            cast(joined.{{ amount }}_usd as decimal(18, 9)) as {{ amount }}_usd,
        {%- endfor %}
        joined.supported_usd,
        {{ over_claimed_usd('joined.asserted_usd', 'joined.supported_usd') }}
            as over_claimed_usd,
        {{ over_claim_ratio('joined.asserted_usd', 'joined.supported_usd') }}
            as over_claim_ratio
    from joined

)

select * from final
