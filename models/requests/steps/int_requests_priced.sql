-- What each request costs at list price: tokens × the price in force at the call, class
-- by class.
--   tier      decided by the whole prompt (uncached input, cache reads and writes), and
--             applied to all tokens of the request
--   batch     service_tier 'batch', or a batch_id: var batch_discount_ratio comes off
--   unpriced  a class with tokens but no price leaves list_cost_usd null; a class
--             without tokens needs no price
--   hit       a response-cache hit is no call: it costs what the log says, else 0
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

addressed as (
    select
        requests.request_id,
        requests.source_system,
        requests.source_request_id,
        requests.session_id,
        requests.task_id,
        requests.batch_id,

        requests.model_id,
        requests.task_type,
        requests.complexity_score,
        requests.service_tier,
        requests.speed,
        requests.status,
        requests.error_type,
        requests.is_response_cache_hit,
        requests.is_api_call,

        requests.uncached_input_tokens,
        requests.cache_read_tokens,
        requests.cache_write_5m_tokens,
        requests.cache_write_1h_tokens,
        requests.output_tokens,
        requests.total_tokens,
        requests.avoided_input_tokens,
        requests.avoided_output_tokens,
        requests.avoided_tokens,

        requests.response_time_ms,
        requests.time_to_first_token_ms,
        requests.quality_score,

        requests.recorded_cost_usd,

        case when requests.is_api_call then requests.model_id end as billed_model_id,
        coalesce(requests.speed, 'standard') as billed_speed,
        requests.uncached_input_tokens
        + requests.cache_read_tokens
        + requests.cache_write_5m_tokens
        + requests.cache_write_1h_tokens as prompt_tokens,
        case
            when {{ is_batch_priced('requests') }} then {{ batch_price_factor() }}
            else cast(1 as decimal(5, 4))
        end as price_factor,

        requests.requested_at,
        requests.file_id,
        requests.line_number,
        requests.load_id,
        requests.changed_load_id
    from requests
),

rated as (
    select
        addressed.request_id,
        addressed.source_system,
        addressed.source_request_id,
        addressed.session_id,
        addressed.task_id,
        addressed.batch_id,

        models.provider,
        addressed.model_id,
        coalesce(models.model_family, 'other') as model_family,
        addressed.task_type,
        addressed.complexity_score,
        addressed.service_tier,
        addressed.speed,
        addressed.status,
        addressed.error_type,
        addressed.is_response_cache_hit,
        addressed.is_api_call,

        addressed.uncached_input_tokens,
        addressed.cache_read_tokens,
        addressed.cache_write_5m_tokens,
        addressed.cache_write_1h_tokens,
        addressed.output_tokens,
        addressed.total_tokens,
        addressed.avoided_input_tokens,
        addressed.avoided_output_tokens,
        addressed.avoided_tokens,

        addressed.response_time_ms,
        addressed.time_to_first_token_ms,
        addressed.quality_score,

        addressed.recorded_cost_usd,
        rates.price_id,
        {{ exact_list_cost('addressed', 'rates') }} as exact_cost_usd,
        addressed.price_factor,
        {{ tokens_with_price('addressed', 'rates', true) }} as priced_tokens,
        {{ tokens_with_price('addressed', 'rates', false) }} as unpriced_tokens,

        addressed.requested_at,
        addressed.file_id,
        addressed.line_number,
        addressed.load_id,
        addressed.changed_load_id
    from addressed
    left join rates
        on
            addressed.billed_model_id = rates.model_id
            and addressed.billed_speed = rates.speed
            and addressed.requested_at >= rates.valid_from
            and addressed.requested_at < rates.valid_to
            and addressed.prompt_tokens >= rates.min_prompt_tokens
            and addressed.prompt_tokens < rates.below_prompt_tokens
    left join models
        on addressed.model_id = models.model_id
),

listed as (
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
        status,
        error_type,
        is_response_cache_hit,
        is_api_call,

        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        total_tokens,
        avoided_input_tokens,
        avoided_output_tokens,
        avoided_tokens,

        response_time_ms,
        time_to_first_token_ms,
        quality_score,

        recorded_cost_usd,
        -- scale 15 + 4 = 19 leaves 19 digits before the point; more than a billion
        -- dollars for one request is no cost but null
        case
            when unpriced_tokens = 0
                then
                    {{ try_cast_to('exact_cost_usd * price_factor', 'decimal(18, 9)') }}
        end as list_cost_usd,
        price_id,
        priced_tokens,
        unpriced_tokens,

        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from rated
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
        status,
        error_type,
        is_response_cache_hit,
        is_api_call,

        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        total_tokens,
        avoided_input_tokens,
        avoided_output_tokens,
        avoided_tokens,

        response_time_ms,
        time_to_first_token_ms,
        quality_score,

        recorded_cost_usd,
        list_cost_usd,
        case
            when recorded_cost_usd is not null then recorded_cost_usd
            when is_api_call then list_cost_usd
            else cast(0 as decimal(18, 9))
        end as cost_usd,
        case
            when recorded_cost_usd is not null then 'recorded'
            when is_api_call and list_cost_usd is not null then 'list'
            else 'none'
        end as cost_basis,
        price_id,
        priced_tokens,
        unpriced_tokens,

        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from listed
)

select * from final
