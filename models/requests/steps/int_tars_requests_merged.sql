{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='request_id',
        on_schema_change='fail',
    )
}}

-- Lines that carry the same requestId are one request: the line with the latest
-- timestamp speaks for it (of equal timestamps the later place in file_id, line_number
-- order), so the order in which files were delivered does not matter. A line without a
-- requestId is its own request.
with responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

identified as (

    select
        case
            when responses.source_request_id is not null
                then {{ surrogate_key(["'tars'", "'id'", 'source_request_id']) }}
            else {{ surrogate_key(["'tars'", "'line'", 'file_id', 'line_number']) }}
        end as request_id,
        responses.*
    from responses

),

affected as (

    select identified.*
    from identified
    {% if is_incremental() %}
        where identified.request_id in (
            select newer.request_id
            from identified as newer
            where newer.load_id > {{ last_changed_load_id(this) }}
        )
    {% endif %}

),

ranked as (

    select
        affected.*,
        max(affected.load_id)
            over (partition by affected.request_id)
            as changed_load_id,
        row_number() over (
            partition by affected.request_id
            order by
                affected.requested_at desc,
                affected.file_id desc,
                affected.line_number desc
        ) as line_rank
    from affected

),

final as (

    select
        request_id,
        source_request_id,
        session_id,
        coalesce(task_id, request_id) as task_id,
        batch_id,
        model_id,
        task_type,
        complexity_score,
        error_type,
        is_response_cache_hit,
        input_tokens,
        cache_read_tokens,
        cache_write_tokens,
        output_tokens,
        response_time_ms,
        time_to_first_token_ms,
        quality_score,
        recorded_cost_usd,
        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from ranked
    where line_rank = 1

)

select * from final
