-- CACHE_HIT: the tokens that the hit's own line logs, class by class, at the list price
-- of its model. Where it logs none, or no request matches, only the event's
-- tokens_saved is known: it is valued at the day's list cost per token (of the model
-- where that is known), so the day's own mix of input and output decides. If the
-- request it names was an API call, nothing was saved.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

logged_requests as (

    select * from {{ ref('int_tars_requests_merged') }}

),

rates as (

    select * from {{ ref('int_model_rates') }}

),

day_unit_costs as (

    select * from {{ ref('int_day_unit_costs') }}

),

named_lines as (

    -- A hit that was found by its task may be next to calls of the same task.
    select
        events.event_id,
        logged_requests.model_id,
        logged_requests.is_response_cache_hit,
        logged_requests.input_tokens,
        logged_requests.cache_read_tokens,
        logged_requests.cache_write_tokens,
        logged_requests.output_tokens,
        logged_requests.requested_at
    from events
    inner join logged_requests
        on events.matched_request_id = logged_requests.request_id
    where
        events.event_type = 'CACHE_HIT'
        and (logged_requests.is_response_cache_hit or events.match_rule = 'request')

),

hits as (

    select
        events.event_id,
        events.occurred_date,
        events.tokens_saved,
        events.is_repeat,
        coalesce(named_lines.model_id, events.to_model_id) as model_id,
        coalesce(not named_lines.is_response_cache_hit, false) as was_called,
        named_lines.input_tokens as uncached_input_tokens,
        named_lines.cache_read_tokens,
        named_lines.cache_write_tokens as cache_write_5m_tokens,
        0 as cache_write_1h_tokens,
        named_lines.output_tokens,
        named_lines.input_tokens + named_lines.cache_read_tokens
        + named_lines.cache_write_tokens as prompt_tokens,
        coalesce(named_lines.requested_at, events.occurred_at) as priced_at
    from events
    left join named_lines
        on events.event_id = named_lines.event_id
    where events.event_type = 'CACHE_HIT'

),

price_logged_tokens as (

    select
        hits.event_id,
        cast({{ exact_list_cost('hits', 'rates') }} as decimal(18, 9)) as saved_usd
    from hits
    inner join rates
        on
            hits.model_id = rates.model_id
            and rates.speed = 'standard'
            and hits.priced_at >= rates.valid_from
            and hits.priced_at < rates.valid_to
            and hits.prompt_tokens >= rates.min_prompt_tokens
            and hits.prompt_tokens < rates.below_prompt_tokens
    where
        hits.prompt_tokens + hits.output_tokens > 0
        and {{ tokens_with_price('hits', 'rates', false) }} = 0

),

price_saved_tokens as (

    select
        hits.event_id,
        cast(
            hits.tokens_saved * coalesce(
                model_costs.list_usd_per_token, all_costs.list_usd_per_token
            ) as decimal(18, 9)
        ) as saved_usd
    from hits
    left join day_unit_costs as model_costs
        on
            hits.occurred_date = model_costs.requested_date
            and hits.model_id = model_costs.model_id
    left join day_unit_costs as all_costs
        on
            hits.occurred_date = all_costs.requested_date
            and all_costs.model_id is null

),

final as (

    select
        hits.event_id,
        case
            when hits.was_called or hits.is_repeat then 0
            else coalesce(price_logged_tokens.saved_usd, price_saved_tokens.saved_usd)
        end as saved_usd,
        case
            when hits.was_called then 'an API call was made'
            when hits.is_repeat then 'counted once'
            when price_logged_tokens.saved_usd is not null then 'logged tokens'
            when
                price_saved_tokens.saved_usd is not null
                then 'tokens saved, day''s mix'
            else 'no price'
        end as valuation_rule
    from hits
    left join price_logged_tokens
        on hits.event_id = price_logged_tokens.event_id
    left join price_saved_tokens
        on hits.event_id = price_saved_tokens.event_id

)

select * from final
