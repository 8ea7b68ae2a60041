-- From which day on the log of a source can tell what: of failed requests by an error,
-- of the response cache by a line that says hit or miss, of batches by a line that has
-- a place for one, of the prompt cache by a count of its tokens. What is not logged yet
-- says nothing of a day that is over, so later lines change no earlier window.
with tars_responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

claude_code_responses as (

    select * from {{ ref('stg_claude_code__responses') }}

),

logged as (

    select
        'tars' as source_system,
        requested_at as told_at,
        error_type is not null as is_error,
        is_cache_hit_logged as is_cache_state,
        is_batch_logged as is_batch_state,
        is_prompt_cache_logged as is_prompt_cache
    from tars_responses
    -- What is not among the columns of a source is null, and tells nothing.
    union all by name
    select
        'claude_code' as source_system,
        responded_at as told_at,
        is_api_error as is_error,
        cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens > 0
            as is_prompt_cache
    from claude_code_responses

),

first_told as (

    select
        source_system,
        min(told_at) filter (where is_error) as first_error_at,
        min(told_at) filter (where is_cache_state) as first_cache_state_at,
        min(told_at) filter (where is_batch_state) as first_batch_state_at,
        min(told_at) filter (where is_prompt_cache) as first_prompt_cache_at
    from logged
    group by source_system

),

final as (

    select
        source_system,
        {{ reporting_date('first_error_at') }} as first_error_date,
        {{ reporting_date('first_cache_state_at') }} as first_cache_state_date,
        {{ reporting_date('first_batch_state_at') }} as first_batch_state_date,
        {{ reporting_date('first_prompt_cache_at') }} as first_prompt_cache_date
    from first_told

)

select * from final
