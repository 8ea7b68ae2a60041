-- BATCH_PROCESSED: the discount on the batch's calls. What was billed at list price is
-- 1 - discount of what would have been, so the discount is billed × d / (1 - d). A
-- batch with a call without a list price has no value.
{%- set discount = var('batch_discount_ratio') %}
{%- if discount < 0 or discount >= 1 %}
    {{ exceptions.raise_compiler_error(
        'var batch_discount_ratio must be at least 0 and below 1.'
    ) }}
{%- endif %}

with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

batches as (

    select
        api_calls.batch_id,
        case
            when count(*) = count(api_calls.list_cost_usd)
                then sum(api_calls.list_cost_usd)
        end as list_cost_usd
    from api_calls
    where api_calls.batch_id is not null
    group by api_calls.batch_id

),

final as (

    select
        events.event_id,
        case
            when events.is_repeat then 0
            else cast(
                cast(batches.list_cost_usd as decimal(28, 9))
                * cast({{ discount / (1 - discount) }} as decimal(9, 6))
                as decimal(18, 9)
            )
        end as saved_usd,
        case
            when events.is_repeat then 'counted once'
            when events.match_rule != 'batch' then 'no batch'
            when batches.list_cost_usd is null then 'no price'
            else 'batch discount'
        end as valuation_rule
    from events
    left join batches
        on events.batch_id = batches.batch_id and events.match_rule = 'batch'
    where events.event_type = 'BATCH_PROCESSED'

)

select * from final
