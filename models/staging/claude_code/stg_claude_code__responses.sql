-- input_tokens does not include tokens read from or written to the prompt cache. Where
-- the flat field of cache writes says more than their split by lifetime, the rest is
-- 5-minute writes.
with source as (

    select * from {{ source('claude_code', 'responses') }}

),

renamed as (

    select
        {{ known_id('message_id') }} as message_id,
        {{ known_id('request_id') }} as provider_request_id,
        line_uuid,
        {{ known_id('session_id') }} as session_id,
        coalesce(model, 'unknown') as model_id,
        stop_reason,
        service_tier,
        speed,
        inference_geo,
        client_version,
        coalesce(is_sidechain, false) as is_sidechain,
        coalesce(is_api_error, false) as is_api_error,
        coalesce(input_tokens, 0) as uncached_input_tokens,
        coalesce(cache_read_input_tokens, 0) as cache_read_tokens,
        greatest(
            coalesce(ephemeral_5m_input_tokens, 0),
            coalesce(cache_creation_input_tokens, 0)
            - coalesce(ephemeral_1h_input_tokens, 0)
        ) as cache_write_5m_tokens,
        coalesce(ephemeral_1h_input_tokens, 0) as cache_write_1h_tokens,
        coalesce(output_tokens, 0) as output_tokens,
        web_search_request_count,
        recorded_cost_usd as logged_cost_usd,
        coalesce(is_cost_unreadable, false) as is_cost_unreadable,
        {{ known_id('cwd') }} as working_folder,
        {{ known_id('git_branch') }} as branch,
        {{ known_id('agent_id') }} as agent,
        case
            when coalesce(is_sidechain, false)
                then coalesce({{ known_id('agent_id') }}, file_id)
            else ''
        end as conversation_id,
        iterations,
        responded_at,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
