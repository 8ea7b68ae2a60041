-- What the event log says each strategy saved, day by day: counted, as claimed, and
-- valued at the rate that would have been billed.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

events as (

    select * from {{ ref('fct_optimization_events') }}

),

strategy_days as (

    select
        days.metric_date as savings_date,
        strategies.strategy_id,
        strategies.strategy_name
    from days
    cross join strategies

),

sum_events as (

    select
        occurred_date as savings_date,
        strategy_id,
        count(*) as event_count,
        count(*) filter (where is_saving_claim) as saving_claim_count,
        count(*) filter (where is_saving_claim and is_orphan) as orphan_event_count,
        count(*) filter (where is_saving_claim and valued_savings_usd is null)
            as unvalued_event_count,
        sum(tokens_saved) as tokens_saved,
        sum(claimed_savings_usd) as claimed_savings_usd,
        sum(valued_savings_usd) as valued_savings_usd
    from events
    group by
        occurred_date,
        strategy_id

),

final as (

    select
        strategy_days.savings_date,
        strategy_days.strategy_id,
        strategy_days.strategy_name,
        cast(coalesce(sum_events.event_count, 0) as bigint) as event_count,
        cast(coalesce(sum_events.saving_claim_count, 0) as bigint)
            as saving_claim_count,
        cast(coalesce(sum_events.orphan_event_count, 0) as bigint)
            as orphan_event_count,
        cast(coalesce(sum_events.unvalued_event_count, 0) as bigint)
            as unvalued_event_count,
        cast(coalesce(sum_events.tokens_saved, 0) as bigint) as tokens_saved,
        cast(sum_events.claimed_savings_usd as decimal(18, 9)) as claimed_savings_usd,
        cast(
            case
                when coalesce(sum_events.saving_claim_count, 0) = 0 then 0
                else sum_events.valued_savings_usd
            end as decimal(18, 9)
        ) as valued_savings_usd
    from strategy_days
    left join sum_events
        on
            strategy_days.savings_date = sum_events.savings_date
            and strategy_days.strategy_id = sum_events.strategy_id

)

select * from final
