{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='message_id',
        on_schema_change='fail',
    )
}}

-- A response is written as several lines, and a session is copied into several files.
-- An id alone is no evidence, since relays answer everything with one: lines are one
-- response when message.id and requestId agree and no ten minutes lie between them. A
-- line without requestId has the one its message.id, session and prompt have elsewhere;
-- without any, no minute may lie between lines of equal prompts. Two sessions are two
-- responses, but for copies (equal usage at an equal time). The line with the most
-- tokens speaks for a response, of equals the first in path and line order. A sidechain
-- copy (equal prompt, no ten minutes apart) gives way to one that is not. A line
-- without message.id is never merged. The path is the one a file was first delivered
-- under: moving a file changes nothing. The client writes answers of its own under the
-- model <synthetic>; no API was called for them, unless they tell of an API error: that
-- is a call that failed, of an unknown model, without tokens.
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
        (responses.model_id != '<synthetic>' or responses.is_api_error)
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
        affected.uncached_input_tokens + affected.cache_read_tokens
        + affected.cache_write_5m_tokens + affected.cache_write_1h_tokens
            as prompt_tokens,
        affected.uncached_input_tokens + affected.cache_read_tokens
        + affected.cache_write_5m_tokens + affected.cache_write_1h_tokens
        + affected.output_tokens as total_tokens,
        coalesce(first_paths.first_path, '') as first_path,
        max(affected.load_id) over (partition by affected.merge_key) as changed_load_id
    from affected
    left join first_paths
        on affected.file_id = first_paths.file_id
),

placed as (
    select
        *,
        coalesce(
            min(session_id) over (
                partition by merge_key, responded_at, total_tokens
            ),
            ''
        ) as merge_session_id
    from identified
),

addressed as (
    select
        *,
        coalesce(
            provider_request_id,
            case
                when
                    min(provider_request_id) over same_prompt
                    = max(provider_request_id) over same_prompt
                    then min(provider_request_id) over same_prompt
            end
        ) as merge_request_id
    from placed
    window same_prompt as (partition by merge_key, merge_session_id, prompt_tokens)
),

compared as (
    select
        *,
        case when merge_request_id is null then prompt_tokens end
            as merge_prompt_tokens,
        coalesce(
            {{ dbt.datediff(
                'lag(responded_at) over in_time', 'responded_at', 'second'
            ) }} > case when merge_request_id is null then 60 else 600 end,
            false
        ) as is_another_response
    from addressed
    window in_time as (
        partition by
            merge_key, merge_request_id, merge_session_id,
            case when merge_request_id is null then prompt_tokens end
        order by responded_at
    )
),

counted as (
    select
        *,
        count(*) filter (where is_another_response) over (
            partition by
                merge_key, merge_request_id, merge_session_id, merge_prompt_tokens
            order by responded_at
        ) as response_order
    from compared
),

numbered as (
    select
        *,
        dense_rank() over (
            partition by merge_key, merge_request_id
            order by merge_session_id, merge_prompt_tokens, response_order
        ) as response_number
    from counted
),

ranked as (
    select
        *,
        case
            when response_number = 1
                then {{ surrogate_key([
                    "'claude_code'", 'merge_key', 'merge_request_id'
                ]) }}
            else {{ surrogate_key([
                "'claude_code'", 'merge_key', 'merge_request_id', 'response_number'
            ]) }}
        end as request_id,
        max(response_number) over (partition by merge_key) > 1 as is_id_shared,
        count(stop_reason) over response > 0 as has_final_line,
        min(responded_at) over response as first_line_at,
        max(responded_at) over response as last_line_at,
        row_number() over (
            partition by merge_key, merge_request_id, response_number
            order by total_tokens desc, first_path asc, line_number asc, file_id asc
        ) as line_rank
    from numbered
    window response as (partition by merge_key, merge_request_id, response_number)
),

spoken_for as (
    select
        *,
        count(*) filter (where not is_sidechain) over (
            partition by merge_key, prompt_tokens
            order by responded_at
            range between interval 10 minutes preceding
            and interval 10 minutes following
        ) > 0 as has_main_chain
    from ranked
    where line_rank = 1
),

final as (
    select
        request_id,
        message_id,
        merge_request_id as provider_request_id,
        session_id,
        case when model_id = '<synthetic>' then 'unknown' else model_id end as model_id,
        service_tier,
        speed,
        inference_geo,
        web_search_request_count,
        conversation_id,
        is_sidechain,
        is_api_error,
        is_api_error and coalesce(stop_reason, '') = 'retried' as is_retried,
        is_id_shared,
        -- Eight tokens are no answer, and these versions logged no more of any: the
        -- count is a snapshot taken while the answer was written.
        case
            when is_api_error and total_tokens = 0 then 'measured'
            when total_tokens = 0 then 'missing'
            when has_final_line then 'measured'
            when
                output_tokens <= 8
                or (
                    starts_with(client_version, '2.1.')
                    and {{ try_cast_to("split_part(client_version, '.', 3)", 'int') }}
                    between 12 and 29
                )
                then 'lower_bound'
            else 'measured'
        end as usage_quality,
        coalesce(
            nullif(regexp_extract(first_path, '(^|/)projects/([^/]+)/', 2), ''),
            working_folder
        ) as project,
        branch,
        coalesce(
            agent, nullif(regexp_extract(first_path, '/agent-([^/.]+)[.]', 1), '')
        ) as agent,
        client_version,
        iterations,
        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        total_tokens,
        logged_cost_usd,
        is_cost_unreadable,
        responded_at,
        first_line_at,
        last_line_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from spoken_for
    where not (is_sidechain and has_main_chain)
)

select * from final
