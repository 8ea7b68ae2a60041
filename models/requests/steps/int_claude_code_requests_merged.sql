{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='message_id',
        on_schema_change='fail',
    )
}}

-- A response is written as several lines, and a session is copied into several files.
-- One request per (message.id, requestId): the line with the most tokens speaks for it,
-- of equals the first in path and line order. Of requests that share a message.id, a
-- sidechain copy gives way to one that is not. A line without message.id is never
-- merged. The path is the one a file was first delivered under: moving a file changes
-- nothing. The client writes answers of its own under the model <synthetic>; no API was
-- called for them.
with responses as (

    select * from {{ ref('stg_claude_code__responses') }}

),

file_deliveries as (

    select * from {{ ref('stg_ledger__file_deliveries') }}

),

first_paths as (

    select
        file_id,
        min_by(path, (load_id, path)) as first_path
    from file_deliveries
    where file_id is not null
    group by file_id

),

affected as (

    select
        responses.*,
        coalesce(
            responses.message_id,
            {{ surrogate_key(["'line'", 'file_id', 'line_number']) }}
        ) as merge_key
    from responses
    where
        responses.model_id != '<synthetic>'
        {%- if is_incremental() %}
            and (
                (
                    responses.message_id is null
                    and responses.load_id > {{ last_changed_load_id(this) }}
                )
                or responses.message_id in (
                    select newer.message_id
                    from responses as newer
                    where newer.load_id > {{ last_changed_load_id(this) }}
                )
            )
        {%- endif %}

),

identified as (

    select
        affected.*,
        {{ surrogate_key([
            "'claude_code'", 'merge_key', 'provider_request_id'
        ]) }} as request_id,
        affected.uncached_input_tokens + affected.cache_read_tokens
        + affected.cache_write_5m_tokens + affected.cache_write_1h_tokens
        + affected.output_tokens as total_tokens,
        coalesce(first_paths.first_path, '') as first_path,
        max(affected.load_id) over (partition by affected.merge_key) as changed_load_id
    from affected
    left join first_paths
        on affected.file_id = first_paths.file_id

),

ranked as (

    select
        identified.*,
        row_number() over (
            partition by identified.request_id
            order by
                identified.total_tokens desc,
                identified.first_path asc,
                identified.line_number asc,
                identified.file_id asc
        ) as line_rank
    from identified

),

spoken_for as (

    select
        ranked.*,
        max(case when ranked.is_sidechain then 0 else 1 end) over (
            partition by ranked.merge_key
        ) = 1 as has_main_chain
    from ranked
    where ranked.line_rank = 1

),

final as (

    select
        request_id,
        message_id,
        provider_request_id,
        session_id,
        model_id,
        service_tier,
        speed,
        inference_geo,
        web_search_request_count,
        is_sidechain,
        is_api_error,
        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        total_tokens,
        recorded_cost_usd,
        responded_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from spoken_for
    where not (is_sidechain and has_main_chain)

)

select * from final
