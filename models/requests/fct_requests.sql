{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['source_system', 'source_request_id'],
        on_schema_change='fail',
    )
}}

-- A run takes the requests that its loads changed and replaces everything that carries
-- the same source_request_id; a request without one can only be new. Cost is what the
-- log recorded, else the list cost, else unknown (null, never zero).
-- depends_on: {{ ref('int_requests_unioned') }}
with priced as (

    select * from {{ ref('int_requests_priced') }}

),

{% if is_incremental() %}
    requests as (

        select * from {{ ref('int_requests_unioned') }}

    ),

    seen as (

        select
            source_system,
            max(load_id) as load_id
        from {{ this }}
        group by source_system

    ),

    -- Chosen by id before they are priced: a filter on the source's own last load would
    -- price every request first.
    newly_loaded as (

        select requests.request_id
        from requests
        left join seen
            on requests.source_system = seen.source_system
        where requests.changed_load_id > coalesce(seen.load_id, 0)

    ),

{% endif %}
changed as (

    select priced.*
    from priced
    {% if is_incremental() %}
        where priced.request_id in (select newly_loaded.request_id from newly_loaded)
    {% endif %}

),

final as (

    select
        changed.request_id,
        changed.source_system,
        changed.source_request_id,
        changed.session_id,
        changed.task_id,
        changed.batch_id,
        coalesce(changed.provider, 'unknown') as provider,  -- noqa: RF04
        changed.model_id,
        changed.model_family,
        changed.task_type,
        changed.complexity_score,
        changed.service_tier,
        changed.speed,
        changed.rate_speed,
        changed.inference_geo,
        changed.status,
        changed.error_type,
        changed.is_response_cache_hit,
        changed.is_api_call,
        changed.is_id_shared,
        changed.is_aggregate,
        changed.is_cache_hit_logged,
        changed.is_batch_logged,
        changed.is_prompt_cache_logged,
        changed.sampling_type,
        changed.project,
        changed.branch,
        changed.user_name,
        changed.agent,
        changed.is_subagent,
        changed.client_version,
        changed.arm,
        changed.tags,
        changed.usage_quality,
        changed.uncached_input_tokens,
        changed.cache_read_tokens,
        changed.cache_write_5m_tokens,
        changed.cache_write_1h_tokens,
        changed.output_tokens,
        changed.total_tokens,
        changed.avoided_tokens,
        changed.tier_prompt_tokens,
        changed.web_search_count,
        changed.response_time_ms,
        changed.time_to_first_token_ms,
        changed.quality_score,
        changed.logged_cost_usd,
        changed.recorded_cost_usd,
        changed.list_cost_usd,
        changed.web_search_cost_usd,
        changed.price_factor,
        changed.cost_usd,
        changed.cost_basis,
        changed.cost_credibility,
        changed.price_id,
        changed.priced_tokens,
        changed.unpriced_tokens,
        changed.requested_at,
        {{ reporting_date('changed.requested_at') }} as requested_date,
        date_trunc('hour', changed.requested_at) as requested_hour_at,
        changed.file_id,
        changed.line_number,
        changed.load_id
    from changed

)

select * from final
