-- CONTEXT_PRUNED: tokens_saved at the uncached-input price of the call, in the
-- prompt-size tier of the unpruned prompt; batched calls at their discount. What a
-- dearer tier would have added to the other tokens is left out.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

rates as (

    select * from {{ ref('int_model_rates') }}

),

prunings as (

    select
        events.event_id,
        events.tokens_saved,
        api_calls.request_id,
        coalesce(api_calls.model_id, events.to_model_id) as model_id,
        coalesce(api_calls.speed, 'standard') as speed,
        coalesce(api_calls.prompt_tokens, 0) + events.tokens_saved as unpruned_tokens,
        coalesce(api_calls.price_factor, 1) as price_factor,
        coalesce(api_calls.requested_at, events.occurred_at) as priced_at
    from events
    left join api_calls
        on events.matched_request_id = api_calls.request_id
    where events.event_type = 'CONTEXT_PRUNED'

),

final as (

    select
        prunings.event_id,
        cast(
            cast(prunings.tokens_saved as decimal(19, 0))
            * rates.uncached_input_usd_per_million
            * cast(0.000001 as decimal(7, 6))
            * prunings.price_factor as decimal(18, 9)
        ) as saved_usd,
        case
            when prunings.tokens_saved is null then 'no tokens'
            when prunings.model_id is null then 'no request'
            when rates.uncached_input_usd_per_million is null then 'no price'
            else 'tokens at input price'
        end as valuation_rule
    from prunings
    left join rates
        on
            prunings.model_id = rates.model_id
            and prunings.speed = rates.speed
            and prunings.priced_at >= rates.valid_from
            and prunings.priced_at < rates.valid_to
            and prunings.unpruned_tokens >= rates.min_prompt_tokens
            and prunings.unpruned_tokens < rates.below_prompt_tokens

)

select * from final
