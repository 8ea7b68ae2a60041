-- BATCH_PROCESSED: the discount on the batch's calls. What was billed at list price is
-- 1 - discount of what would have been, so the discount is billed × d / (1 - d). Calls
-- without a list price are left out.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

batches as (

    select * from {{ ref('int_batches') }}

),

batch_runs as (

    select
        events.event_id,
        events.is_repeat,
        case when events.match_rule = 'batch' then events.batch_id end as batch_id,
        events.occurred_date
    from events
    where events.event_type = 'BATCH_PROCESSED'

),

final as (

    select
        batch_runs.event_id,
        case
            when batch_runs.is_repeat then 0
            else cast(
                cast(batches.list_cost_usd as decimal(28, 9))
                * {{ batch_discount_on_billed() }} as decimal(18, 9)
            )
        end as saved_usd,
        case
            when batch_runs.is_repeat then 'counted once'
            when batch_runs.batch_id is null then 'no batch'
            when batches.list_cost_usd is null then 'no price'
            else 'batch discount'
        end as valuation_rule,
        batch_runs.occurred_date
    from batch_runs
    left join batches
        on
            batch_runs.batch_id = batches.batch_id
            and batches.source_system = 'tars'

)

select * from final
