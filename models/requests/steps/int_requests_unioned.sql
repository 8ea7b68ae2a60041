{{ config(materialized='view') }}

-- Every source's merged requests in the canonical columns. A new source adds one CTE.
with tars as (

    select * from {{ ref('int_tars_requests_merged') }}

),

claude_code as (

    select * from {{ ref('int_claude_code_samplings') }}

),

error_evidence as (

    select * from {{ ref('int_error_evidence') }}

),

shape_tars as (

    -- A response-cache hit used no tokens; what its line logs are the tokens it
    -- avoided. Before the first error in the log, no error does not mean success.
    select
        tars.request_id,
        'tars' as source_system,
        tars.source_request_id,
        tars.session_id,
        tars.task_id,
        tars.batch_id,
        tars.model_id,
        tars.task_type,
        tars.complexity_score,
        cast(null as varchar) as service_tier,
        cast(null as varchar) as speed,
        cast(null as varchar) as inference_geo,
        0 as web_search_count,
        case
            when tars.error_type is not null then 'error'
            when
                {{ reporting_date('tars.requested_at') }}
                >= error_evidence.first_error_date
                then 'ok'
            else 'unknown'
        end as status,
        tars.error_type,
        tars.is_response_cache_hit,
        case when tars.is_response_cache_hit then 0 else tars.input_tokens end
            as uncached_input_tokens,
        case when tars.is_response_cache_hit then 0 else tars.cache_read_tokens end
            as cache_read_tokens,
        case when tars.is_response_cache_hit then 0 else tars.cache_write_tokens end
            as cache_write_5m_tokens,
        0 as cache_write_1h_tokens,
        case when tars.is_response_cache_hit then 0 else tars.output_tokens end
            as output_tokens,
        case
            when tars.is_response_cache_hit
                then
                    tars.input_tokens + tars.cache_read_tokens
                    + tars.cache_write_tokens
            else 0
        end as avoided_input_tokens,
        case when tars.is_response_cache_hit then tars.output_tokens else 0 end
            as avoided_output_tokens,
        tars.response_time_ms,
        tars.time_to_first_token_ms,
        tars.quality_score,
        tars.logged_cost_usd,
        tars.is_cost_unreadable,
        tars.is_id_shared,
        case
            when tars.is_response_cache_hit or tars.error_type is not null
                then 'measured'
            when
                tars.input_tokens + tars.output_tokens + tars.cache_read_tokens
                + tars.cache_write_tokens = 0
                then 'missing'
            else 'measured'
        end as usage_quality,
        'message' as sampling_type,
        cast(null as bigint) as tier_prompt_tokens,
        tars.project,
        cast(null as varchar) as branch,
        tars.user_name,
        cast(null as varchar) as agent,
        false as is_subagent,
        cast(null as varchar) as client_version,
        tars.arm,
        tars.tags,
        tars.requested_at,
        tars.file_id,
        tars.line_number,
        tars.load_id,
        tars.changed_load_id
    from tars
    left join error_evidence
        on error_evidence.source_system = 'tars'

),

judged_claude_code as (

    select
        claude_code.*,
        coalesce(
            {{ reporting_date('claude_code.responded_at') }}
            >= error_evidence.first_error_date,
            false
        ) as is_error_logged
    from claude_code
    left join error_evidence
        on error_evidence.source_system = 'claude_code'

),

shape_claude_code as (

    select
        request_id,
        'claude_code' as source_system,
        message_id as source_request_id,
        session_id,
        task_id,
        cast(null as varchar) as batch_id,
        model_id,
        cast(null as varchar) as task_type,
        cast(null as double) as complexity_score,
        service_tier,
        speed,
        inference_geo,
        coalesce(web_search_request_count, 0) as web_search_count,
        case
            when is_api_error then 'error'
            when is_error_logged then 'ok'
            else 'unknown'
        end as status,
        case
            when is_retried then 'api_error_retried'
            when is_api_error then 'api_error'
        end as error_type,
        false as is_response_cache_hit,
        uncached_input_tokens,
        cache_read_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        0 as avoided_input_tokens,
        0 as avoided_output_tokens,
        response_time_ms,
        time_to_first_token_ms,
        cast(null as double) as quality_score,
        logged_cost_usd,
        is_cost_unreadable,
        is_id_shared,
        usage_quality,
        sampling_type,
        tier_prompt_tokens,
        project,
        branch,
        cast(null as varchar) as user_name,
        agent,
        is_sidechain as is_subagent,
        client_version,
        cast(null as varchar) as arm,
        cast(null as varchar) as tags,
        responded_at as requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from judged_claude_code

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
        inference_geo,
        cast(web_search_count as bigint) as web_search_count,
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
        logged_cost_usd,
        is_cost_unreadable,
        is_id_shared,
        usage_quality,
        sampling_type,
        tier_prompt_tokens,
        project,
        branch,
        user_name,
        agent,
        is_subagent,
        client_version,
        arm,
        tags,
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
