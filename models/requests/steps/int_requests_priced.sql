-- What each request costs at list price: tokens × the price in force at the call,
-- class by class, and its web searches.
--   tier      decided by the whole prompt (uncached input, cache reads and writes), and
--             applied to all tokens of the request; where one row sums several prompts,
--             by the longest of them
--   aggregate a prompt longer than the model's context window is no prompt but the sum
--             of several, which nobody knows: no tier above the base, and no time of a
--             call
--   batch     service_tier 'batch', or a batch_id: var batch_discount_ratio comes off.
--             A service tier that a contract has prices for has a rate card of its own
--   us        inference kept in the United States: × var us_inference_price_factor
--   unpriced  a class with tokens, or web searches, but no price leaves list_cost_usd
--             null; a class without tokens needs no price
--   hit       a response-cache hit is no call: it costs nothing, and a cost that its
--             log says is a claim
--   recorded  a logged cost is what the call cost, unless it is below zero (a credit,
--             for whatever) or 0 beside tokens that have a price
-- Exact to the nano-dollar: decimal arithmetic, rounded once per request, half away
-- from zero. A view over few rate cards, so that a filter on the requests reaches them.
{{ config(materialized='view') }}

with

requests as (
    select * from {{ ref('int_requests_unioned') }}
),

rates as (
    select * from {{ ref('int_model_rates') }}
),

models as (
    select * from {{ ref('int_models_identified') }}
),

own_cards as (
    select distinct speed
    from rates
),

described as (
    select
        *,
        {{ rate_speed(
            'speed',
            "case when " ~ is_batch_priced('requests')
            ~ " then 'batch' else lower(service_tier) end"
        ) }} as tier_speed
    from requests
),

addressed as (
    select
        requests.*,
        case when requests.is_api_call then requests.model_id end as billed_model_id,
        coalesce(own_cards.speed, requests.speed, 'standard') as rate_speed,
        coalesce(
            requests.tier_prompt_tokens,
            requests.uncached_input_tokens
            + requests.cache_read_tokens
            + requests.cache_write_5m_tokens
            + requests.cache_write_1h_tokens
        ) as prompt_tokens,
        cast(
            case
                when {{ is_batch_priced('requests') }} and own_cards.speed is null
                    then {{ batch_price_factor() }}
                else cast(1 as decimal(5, 4))
            end
            * case
                when lower(requests.inference_geo) = 'us'
                    then
                        cast(
                            {{ var('us_inference_price_factor') }} as decimal(5, 4)
                        )
                else cast(1 as decimal(5, 4))
            end as decimal(5, 4)
        ) as price_factor
    from described as requests
    left join own_cards
        on requests.tier_speed = own_cards.speed
),

rated as (
    select
        addressed.*,
        models.provider,
        coalesce(models.model_family, 'other') as model_family,
        rates.price_id,
        coalesce(addressed.prompt_tokens > rates.context_window_tokens, false)
            as is_aggregate,
        case
            when addressed.web_search_count > 0
                then cast(
                    cast(addressed.web_search_count as decimal(18, 0))
                    * rates.web_search_usd_per_million
                    * cast(0.000001 as decimal(7, 6)) as decimal(18, 9)
                )
            else cast(0 as decimal(18, 9))
        end as web_search_cost_usd,
        {{ exact_list_cost('addressed', 'rates') }} as exact_cost_usd,
        {{ tokens_with_price('addressed', 'rates', true) }} as priced_tokens,
        {{ tokens_with_price('addressed', 'rates', false) }} as unpriced_tokens
    from addressed
    left join rates
        on
            addressed.billed_model_id = rates.model_id
            and addressed.rate_speed = rates.speed
            and addressed.requested_at >= rates.valid_from
            and addressed.requested_at < rates.valid_to
            and case
                when addressed.prompt_tokens > rates.context_window_tokens
                    then rates.min_prompt_tokens = 0
                else
                    addressed.prompt_tokens >= rates.min_prompt_tokens
                    and addressed.prompt_tokens < rates.below_prompt_tokens
            end
    left join models
        on addressed.model_id = models.model_id
),

listed as (
    select
        rated.*,
        -- scale 15 + 4 = 19 leaves 19 digits before the point; more than a billion
        -- dollars for one request is no cost but null
        case
            -- a call that failed before any token is not billed, whatever its model
            when rated.status = 'error' and rated.total_tokens = 0
                then cast(0 as decimal(18, 9))
            when rated.unpriced_tokens = 0
                then
                    {{ try_cast_to(
                        'rated.exact_cost_usd * rated.price_factor', 'decimal(18, 9)'
                    ) }} + rated.web_search_cost_usd
        end as list_cost_usd
    from rated
),

weighed as (
    select
        listed.*,
        case
            when listed.is_cost_unreadable then 'unreadable'
            when listed.logged_cost_usd is null then 'absent'
            when listed.logged_cost_usd < 0 then 'adjustment'
            when not listed.is_api_call and listed.logged_cost_usd > 0
                then 'claim_on_cache_hit'
            when
                listed.logged_cost_usd = 0
                and listed.list_cost_usd > 0
                and listed.status != 'error'
                then 'zero_beside_tokens'
            else 'credible'
        end as cost_credibility
    from listed
),

final as (
    select
        request_id,
        source_system,
        source_request_id,
        session_id,
        task_id,
        batch_id,

        provider,
        model_id,
        model_family,
        task_type,
        complexity_score,
        service_tier,
        speed,
        rate_speed,
        inference_geo,
        status,
        error_type,
        is_response_cache_hit,
        is_api_call,
        is_id_shared,
        is_aggregate,
        is_cache_hit_logged,
        is_batch_logged,
        is_prompt_cache_logged,

        sampling_type,
        project,
        branch,
        user_name,
        agent,
        is_subagent,
        client_version,
        arm,
        tags,
        usage_quality,

        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        total_tokens,
        avoided_input_tokens,
        avoided_output_tokens,
        avoided_tokens,
        case when is_aggregate then 0 else prompt_tokens end as tier_prompt_tokens,
        web_search_count,

        case when not is_aggregate then response_time_ms end as response_time_ms,
        case when not is_aggregate then time_to_first_token_ms end
            as time_to_first_token_ms,
        quality_score,

        logged_cost_usd,
        case when cost_credibility = 'credible' then logged_cost_usd end
            as recorded_cost_usd,
        cast(list_cost_usd as decimal(18, 9)) as list_cost_usd,
        web_search_cost_usd,
        price_factor,
        case
            when cost_credibility = 'credible' then logged_cost_usd
            when is_api_call then cast(list_cost_usd as decimal(18, 9))
            else cast(0 as decimal(18, 9))
        end as cost_usd,
        case
            when cost_credibility = 'credible' then 'recorded'
            when is_api_call and list_cost_usd is not null then 'list'
            else 'none'
        end as cost_basis,
        cost_credibility,
        price_id,
        priced_tokens,
        unpriced_tokens,

        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from weighed
)

select * from final
