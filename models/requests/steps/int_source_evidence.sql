-- What the log of a source can tell, by what it ever told: failed requests by one
-- error, response-cache hits by a line that says hit or miss, batches by one batch, the
-- prompt cache by one token of it. One is enough for all its days, before and after.
with tars_responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

claude_code_responses as (

    select * from {{ ref('stg_claude_code__responses') }}

),

logged as (

    select
        'tars' as source_system,
        error_type is not null as is_error,
        is_cache_hit_logged,
        batch_id is not null as is_batch,
        cache_read_tokens + cache_write_tokens > 0 as is_prompt_cache
    from tars_responses
    -- What is not among the columns of a source is null, and tells nothing.
    union all by name
    select
        'claude_code' as source_system,
        is_api_error as is_error,
        cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens > 0
            as is_prompt_cache
    from claude_code_responses

),

final as (

    select
        source_system,
        coalesce(bool_or(is_error), false) as is_error_logged,
        coalesce(bool_or(is_cache_hit_logged), false) as is_cache_hit_logged,
        coalesce(bool_or(is_batch), false) as is_batch_logged,
        coalesce(bool_or(is_prompt_cache), false) as is_prompt_cache_logged
    from logged
    group by source_system

)

select * from final
