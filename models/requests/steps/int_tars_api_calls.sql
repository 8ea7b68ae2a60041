{{ config(materialized='view') }}

-- The API calls that the optimisation log can be about, with what their price depends
-- on.
with requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        requests.request_id,
        requests.batch_id,
        requests.model_id,
        requests.rate_speed as speed,
        requests.tier_prompt_tokens as prompt_tokens,
        requests.uncached_input_tokens,
        requests.cache_read_tokens,
        requests.cache_write_5m_tokens,
        requests.cache_write_1h_tokens,
        requests.output_tokens,
        requests.total_tokens,
        requests.cost_usd,
        requests.list_cost_usd,
        requests.price_factor,
        requests.requested_at,
        requests.requested_date
    from requests
    where
        requests.is_api_call
        and requests.source_system = 'tars'

)

select * from final
