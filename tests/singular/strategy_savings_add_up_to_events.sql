-- Every event with a strategy is in its strategy's day, once.
with savings as (

    select
        coalesce(sum(event_count), 0) as event_count,
        coalesce(sum(valued_savings_usd), 0) as valued_savings_usd,
        coalesce(sum(claimed_savings_usd), 0) as claimed_savings_usd
    from {{ ref('strategy_savings_daily') }}

),

events as (

    select
        count(*) as event_count,
        coalesce(sum(valued_savings_usd), 0) as valued_savings_usd,
        coalesce(sum(claimed_savings_usd), 0) as claimed_savings_usd
    from {{ ref('fct_optimization_events') }}
    where strategy_id is not null

)

select
    savings.event_count,
    events.event_count as logged_event_count,
    savings.valued_savings_usd,
    events.valued_savings_usd as logged_valued_savings_usd
from savings
cross join events
where
    savings.event_count is distinct from events.event_count
    or savings.valued_savings_usd is distinct from events.valued_savings_usd
    or savings.claimed_savings_usd is distinct from events.claimed_savings_usd
