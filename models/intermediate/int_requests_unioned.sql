{{ config(materialized='view') }}

-- Every source's merged requests in the canonical columns. A new source adds one CTE.
with tars as (

    select * from {{ ref('int_tars_requests_merged') }}

),

claude_code as (

    select * from {{ ref('int_claude_code_requests_merged') }}

),

shape_tars as (

    -- A response-cache hit used no tokens; what its line logs are the tokens it
    -- avoided.
    select
        request_id,
        'tars' as source_system,
        source_request_id,
        session_id,
        task_id,
        batch_id,
        model_id,
        task_type,
        complexity_score,
        cast(null as varchar) as service_tier,
        cast(null as varchar) as speed,
        case when error_type is null then 'ok' else 'error' end as status,
        error_type,
        is_response_cache_hit,
        case when is_response_cache_hit then 0 else input_tokens end
            as uncached_input_tokens,
        case when is_response_cache_hit then 0 else cache_read_tokens end
            as cache_read_tokens,
        case when is_response_cache_hit then 0 else cache_write_tokens end
            as cache_write_5m_tokens,
        0 as cache_write_1h_tokens,
        case when is_response_cache_hit then 0 else output_tokens end as output_tokens,
        case
            when is_response_cache_hit
                then
                    input_tokens + cache_read_tokens
                    + cache_write_tokens
            else 0
        end as avoided_input_tokens,
        case when is_response_cache_hit then output_tokens else 0 end
            as avoided_output_tokens,
        response_time_ms,
        time_to_first_token_ms,
        quality_score,
        recorded_cost_usd,
        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from tars

),

shape_claude_code as (

    select
        request_id,
        'claude_code' as source_system,
        message_id as source_request_id,
        session_id,
        request_id as task_id,
        cast(null as varchar) as batch_id,
        model_id,
        cast(null as varchar) as task_type,
        cast(null as double) as complexity_score,
        service_tier,
        speed,
        case when is_api_error then 'error' else 'ok' end as status,
        case when is_api_error then 'api_error' end as error_type,
        false as is_response_cache_hit,
        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        0 as avoided_input_tokens,
        0 as avoided_output_tokens,
        cast(null as double) as response_time_ms,
        cast(null as double) as time_to_first_token_ms,
        cast(null as double) as quality_score,
        recorded_cost_usd,
        responded_at as requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from claude_code

),

unioned as (

    select * from shape_tars
    union all
    select * from shape_claude_code

),

final as (

    select
        request_id,
        source_system,
        source_request_id,
        session_id,
        task_id,
        batch_id,
        model_id,
        task_type,
        complexity_score,
        service_tier,
        speed,
        status,
        error_type,
        cast(uncached_input_tokens as bigint) as uncached_input_tokens,
        cast(cache_read_tokens as bigint) as cache_read_tokens,
        cast(cache_write_5m_tokens as bigint) as cache_write_5m_tokens,
        cast(cache_write_1h_tokens as bigint) as cache_write_1h_tokens,
        cast(output_tokens as bigint) as output_tokens,
        cast(
            uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens
            + cache_write_1h_tokens + output_tokens as bigint
        ) as total_tokens,
        cast(avoided_input_tokens as bigint) as avoided_input_tokens,
        cast(avoided_output_tokens as bigint) as avoided_output_tokens,
        cast(avoided_input_tokens + avoided_output_tokens as bigint) as avoided_tokens,
        response_time_ms,
        time_to_first_token_ms,
        quality_score,
        recorded_cost_usd,
        is_response_cache_hit,
        not is_response_cache_hit as is_api_call,
        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from unioned

)

select * from final
