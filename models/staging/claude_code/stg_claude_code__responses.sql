-- input_tokens does not include tokens read from or written to the prompt cache. Where the
-- split of cache writes by lifetime is logged it wins over the flat field; a flat field
-- alone is all 5-minute writes.
with source as (

    select * from {{ source('claude_code', 'responses') }}

),

files as (

    select * from {{ source('ledger', 'files') }}

),

renamed as (

    select
        source.message_id,
        source.request_id as provider_request_id,
        source.line_uuid,
        source.session_id,
        coalesce(source.model, 'unknown') as model_id,
        source.stop_reason,
        source.service_tier,
        source.speed,
        source.inference_geo,
        source.client_version,
        files.path as file_path,
        coalesce(source.is_sidechain, false) as is_sidechain,
        coalesce(source.is_api_error, false) as is_api_error,
        coalesce(source.input_tokens, 0) as uncached_input_tokens,
        coalesce(source.cache_read_input_tokens, 0) as cache_read_tokens,
        case
            when source.ephemeral_5m_input_tokens is not null
                or source.ephemeral_1h_input_tokens is not null
                then coalesce(source.ephemeral_5m_input_tokens, 0)
            else coalesce(source.cache_creation_input_tokens, 0)
        end as cache_write_5m_tokens,
        coalesce(source.ephemeral_1h_input_tokens, 0) as cache_write_1h_tokens,
        coalesce(source.output_tokens, 0) as output_tokens,
        source.web_search_request_count,
        source.recorded_cost_usd,
        source.responded_at,
        source.file_id,
        source.line_number,
        source.load_id
    from source
    left join files
        on source.file_id = files.file_id

)

select * from renamed
