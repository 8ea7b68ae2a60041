-- CONTEXT_PRUNED: tokens_saved at the price of the prompt they were cut from, in the
-- prompt-size tier of the unpruned prompt; batched calls at their discount. The bucket
-- they would have been in is not logged: they are taken to be like the rest of the
-- call's prompt, so a prompt that was mostly read from the cache prices them mostly as
-- cache reads. Without a prompt they are uncached input. What a dearer tier would have
-- added to the other tokens is left out.
{% set prompt_classes = token_classes() | reject('equalto', 'output') | list %}

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
        {%- for token_class in prompt_classes %}
            coalesce(api_calls.{{ token_class }}_tokens, 0)
                as {{ token_class }}_tokens,
        {%- endfor %}
        coalesce(api_calls.requested_at, events.occurred_at) as priced_at,
        events.occurred_date
    from events
    left join api_calls
        on events.matched_request_id = api_calls.request_id
    where events.event_type = 'CONTEXT_PRUNED'

),

price_prompts as (

    select
        prunings.event_id,
        prunings.tokens_saved,
        prunings.model_id,
        prunings.price_factor,
        prunings.occurred_date,
        rates.uncached_input_usd_per_million,
        prunings.cache_read_tokens
        + prunings.cache_write_5m_tokens
        + prunings.cache_write_1h_tokens > 0 as has_cached_prompt,
        -- Null where a bucket that was used has no price.
        (
            {%- for token_class in prompt_classes %}
                case
                    when prunings.{{ token_class }}_tokens = 0 then 0
                    else
                        cast(prunings.{{ token_class }}_tokens as double)
                        * rates.{{ token_class }}_usd_per_million
                end{{ ' +' if not loop.last }}
            {%- endfor %}
        ) / nullif(
            {%- for token_class in prompt_classes %}
                prunings.{{ token_class }}_tokens{{ ' +' if not loop.last }}
            {%- endfor %},
            0
        ) as prompt_usd_per_million
    from prunings
    left join rates
        on
            prunings.model_id = rates.model_id
            and prunings.speed = rates.speed
            and prunings.priced_at >= rates.valid_from
            and prunings.priced_at < rates.valid_to
            and prunings.unpruned_tokens >= rates.min_prompt_tokens
            and prunings.unpruned_tokens < rates.below_prompt_tokens

),

final as (

    select
        price_prompts.event_id,
        case
            when price_prompts.has_cached_prompt
                then
                    cast(
                        price_prompts.tokens_saved
                        * price_prompts.prompt_usd_per_million
                        / 1e6
                        * price_prompts.price_factor as decimal(18, 9)
                    )
            else
                cast(
                    cast(price_prompts.tokens_saved as decimal(19, 0))
                    * price_prompts.uncached_input_usd_per_million
                    * cast(0.000001 as decimal(7, 6))
                    * price_prompts.price_factor as decimal(18, 9)
                )
        end as saved_usd,
        case
            when price_prompts.tokens_saved is null then 'no tokens'
            when price_prompts.model_id is null then 'no request'
            when price_prompts.has_cached_prompt
                then
                    case
                        when price_prompts.prompt_usd_per_million is null
                            then 'no price'
                        else 'tokens at the prompt''s mean price'
                    end
            when price_prompts.uncached_input_usd_per_million is null
                then 'no price'
            else 'tokens at input price'
        end as valuation_rule
    from price_prompts

)

select * from final
