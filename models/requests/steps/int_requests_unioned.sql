{{ config(materialized='view') }}

-- Every source's merged requests in the canonical columns. A new source adds one CTE.
with tars as (

    select * from {{ ref('int_tars_requests_merged') }}

),

claude_code as (

    select * from {{ ref('int_claude_code_samplings') }}

),

source_evidence as (

    select * from {{ ref('int_source_evidence') }}

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
    from claude_code

),

unioned as (

    select * from shape_tars
    union all
    select * from shape_claude_code

),

final as (

    select
        unioned.request_id,
        unioned.source_system,
        unioned.source_request_id,
        unioned.session_id,
        unioned.task_id,
        unioned.batch_id,
        unioned.model_id,
        unioned.task_type,
        unioned.complexity_score,
        unioned.service_tier,
        unioned.speed,
        unioned.inference_geo,
        cast(unioned.web_search_count as bigint) as web_search_count,
        case
            when unioned.error_type is not null then 'error'
            when
                {{ reporting_date('unioned.requested_at') }}
                >= source_evidence.first_error_date
                then 'ok'
            else 'unknown'
        end as status,
        unioned.error_type,
        cast(unioned.uncached_input_tokens as bigint) as uncached_input_tokens,
        cast(unioned.cache_read_tokens as bigint) as cache_read_tokens,
        cast(unioned.cache_write_5m_tokens as bigint) as cache_write_5m_tokens,
        cast(unioned.cache_write_1h_tokens as bigint) as cache_write_1h_tokens,
        cast(unioned.output_tokens as bigint) as output_tokens,
        cast(
            unioned.uncached_input_tokens + unioned.cache_read_tokens
            + unioned.cache_write_5m_tokens + unioned.cache_write_1h_tokens
            + unioned.output_tokens as bigint
        ) as total_tokens,
        cast(unioned.avoided_input_tokens as bigint) as avoided_input_tokens,
        cast(unioned.avoided_output_tokens as bigint) as avoided_output_tokens,
        cast(unioned.avoided_input_tokens + unioned.avoided_output_tokens as bigint)
            as avoided_tokens,
        unioned.response_time_ms,
        unioned.time_to_first_token_ms,
        unioned.quality_score,
        unioned.logged_cost_usd,
        unioned.is_cost_unreadable,
        unioned.is_id_shared,
        unioned.usage_quality,
        unioned.sampling_type,
        unioned.tier_prompt_tokens,
        unioned.project,
        unioned.branch,
        unioned.user_name,
        unioned.agent,
        unioned.is_subagent,
        unioned.client_version,
        unioned.arm,
        unioned.tags,
        unioned.is_response_cache_hit,
        not unioned.is_response_cache_hit as is_api_call,
        {%- for column, sign in [
            ('is_cache_hit_logged', 'cache_state'),
            ('is_batch_logged', 'batch_state'),
            ('is_prompt_cache_logged', 'prompt_cache'),
        ] %}
            coalesce(
                {{ reporting_date('unioned.requested_at') }}
                >= source_evidence.first_{{ sign }}_date,
                false
            ) as {{ column }},
        {%- endfor %}
        unioned.requested_at,
        unioned.file_id,
        unioned.line_number,
        unioned.load_id,
        unioned.changed_load_id
    from unioned
    left join source_evidence
        on unioned.source_system = source_evidence.source_system

)

select * from final
