-- tokenInput does not include tokens read from or written to the prompt cache, so the
-- buckets are exclusive as they stand. The log does not say which lifetime a cache
-- write had; all count as 5-minute writes, the provider's default.
with source as (

    select * from {{ source('tars', 'api_responses') }}

),

renamed as (

    select
        {{ known_id('request_id') }} as source_request_id,
        {{ known_id('session_id') }} as session_id,
        {{ known_id('task_id') }} as task_id,
        {{ known_id('batch_id') }} as batch_id,
        coalesce(model, 'unknown') as model_id,
        task_type,
        complexity_score,
        nullif(error, '') as error_type,
        coalesce(is_cache_hit, false) as is_response_cache_hit,
        is_cache_hit is not null as is_cache_hit_logged,
        coalesce(is_batch_told, {{ known_id('batch_id') }} is not null)
            as is_batch_logged,
        cache_read_tokens is not null
        or cache_write_tokens is not null as is_prompt_cache_logged,
        coalesce(token_input, 0) as input_tokens,
        coalesce(cache_read_tokens, 0) as cache_read_tokens,
        coalesce(cache_write_tokens, 0) as cache_write_tokens,
        coalesce(token_output, 0) as output_tokens,
        response_time_ms,
        time_to_first_token_ms,
        quality_score,
        cost_usd as logged_cost_usd,
        coalesce(is_cost_unreadable, false) as is_cost_unreadable,
        {{ known_id('project') }} as project,
        {{ known_id('user_name') }} as user_name,
        {{ known_id('arm') }} as arm,
        tags,
        requested_at,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
