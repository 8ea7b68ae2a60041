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

rated as (
    select
        requests.request_id,
        requests.source_system,
        requests.source_request_id,
        requests.session_id,
        requests.task_id,
        requests.batch_id,

        models.provider,
        requests.model_id,
        coalesce(models.model_family, 'other') as model_family,
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
        rates.price_id,
        {{ exact_list_cost('requests', 'rates') }} as standard_cost_usd,
        {{ tokens_with_price('requests', 'rates', true) }} as priced_tokens,
        {{ tokens_with_price('requests', 'rates', false) }} as unpriced_tokens,
        case
            when requests.service_tier = 'batch' or requests.batch_id is not null
                then {{ batch_price_factor() }}
            else cast(1 as decimal(5, 4))
        end as price_factor,

        requests.requested_at,
        requests.file_id,
        requests.line_number,
        requests.load_id,
        requests.changed_load_id
    from requests
    left join rates
        on
            requests.model_id = rates.model_id
            and coalesce(requests.speed, 'standard') = rates.speed
            and requests.requested_at >= rates.valid_from
            and requests.requested_at < rates.valid_to
            and requests.uncached_input_tokens
            + requests.cache_read_tokens
            + requests.cache_write_5m_tokens
            + requests.cache_write_1h_tokens >= rates.min_prompt_tokens
            and requests.uncached_input_tokens
            + requests.cache_read_tokens
            + requests.cache_write_5m_tokens
            + requests.cache_write_1h_tokens < rates.below_prompt_tokens
            and requests.is_api_call
    left join models
        on requests.model_id = models.model_id
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
        case
            when unpriced_tokens = 0
                then cast(standard_cost_usd * price_factor as decimal(18, 9))
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
        coalesce(
            recorded_cost_usd,
            case when is_api_call then list_cost_usd else cast(0 as decimal(18, 9)) end
        ) as cost_usd,
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
