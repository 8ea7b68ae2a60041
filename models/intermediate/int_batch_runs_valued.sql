-- BATCH_PROCESSED: the discount on the batch's calls. What was billed at list price is
-- 1 - discount of what would have been, so the discount is billed × d / (1 - d). Calls
-- without a list price are left out.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

sum_batches as (

    select
        batch_id,
        sum(list_cost_usd) as list_cost_usd
    from api_calls
    where batch_id is not null
    group by batch_id

),

final as (

    select
        events.event_id,
        case
            when events.is_repeat then 0
            else cast(
                cast(sum_batches.list_cost_usd as decimal(28, 9))
                * {{ batch_discount_on_billed() }} as decimal(18, 9)
            )
        end as saved_usd,
        case
            when events.is_repeat then 'counted once'
            when events.match_rule != 'batch' then 'no batch'
            when sum_batches.list_cost_usd is null then 'no price'
            else 'batch discount'
        end as valuation_rule
    from events
    left join sum_batches
        on
            events.batch_id = sum_batches.batch_id
            and events.match_rule = 'batch'
    where events.event_type = 'BATCH_PROCESSED'

)

select * from final
