{{ config(materialized='view') }}

-- The API calls that the optimisation log can be about, with what their price depends
-- on.
with requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        request_id,
        batch_id,
        model_id,
        coalesce(speed, 'standard') as speed,
        uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens
        + cache_write_1h_tokens as prompt_tokens,
        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        total_tokens,
        cost_usd,
        list_cost_usd,
        case
            when {{ is_batch_priced('requests') }} then {{ batch_price_factor() }}
            else cast(1 as decimal(5, 4))
        end as price_factor,
        requested_at,
        requested_date
    from requests
    where
        is_api_call
        and source_system = 'tars'

)

select * from final
