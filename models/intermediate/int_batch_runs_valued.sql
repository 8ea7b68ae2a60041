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

batch_runs as (

    select
        event_id,
        is_repeat,
        case when match_rule = 'batch' then batch_id end as batch_id
    from events
    where event_type = 'BATCH_PROCESSED'

),

final as (

    select
        batch_runs.event_id,
        case
            when batch_runs.is_repeat then 0
            else cast(
                cast(sum_batches.list_cost_usd as decimal(28, 9))
                * {{ batch_discount_on_billed() }} as decimal(18, 9)
            )
        end as saved_usd,
        case
            when batch_runs.is_repeat then 'counted once'
            when batch_runs.batch_id is null then 'no batch'
            when sum_batches.list_cost_usd is null then 'no price'
            else 'batch discount'
        end as valuation_rule
    from batch_runs
    left join sum_batches
        on batch_runs.batch_id = sum_batches.batch_id

)

select * from final
