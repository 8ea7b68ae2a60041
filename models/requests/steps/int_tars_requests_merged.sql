{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='source_request_id',
        on_schema_change='fail',
    )
}}

-- Lines that carry the same requestId are one request where they agree: they name one
-- session, or none; in the order of time usage never falls; a usage that changed came
-- within the hour, one that did not within a day. Lines that disagree are responses
-- that share an id, and each counts. Of the lines of a request the latest speaks for it
-- (of equal times the later place in file_id, line_number order), so the order of
-- delivery does not matter. A line without a requestId is its own request.
with responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

affected as (

    select
        responses.*,
        coalesce(
            responses.source_request_id,
            concat_ws('|', responses.file_id, responses.line_number)
        ) as merge_key
    from responses
    {% if is_incremental() %}
        where
            (
                responses.source_request_id is null
                and responses.load_id > {{ last_changed_load_id(this) }}
            )
            or responses.source_request_id in (
                select newer.source_request_id
                from responses as newer
                where newer.load_id > {{ last_changed_load_id(this) }}
            )
    {% endif %}

),

named as (

    select
        affected.*,
        coalesce(
            affected.session_id,
            min(affected.session_id) over (partition by affected.merge_key),
            ''
        ) as merge_session_id
    from affected

),

compared as (

    select
        named.*,
        coalesce(
            named.input_tokens < lag(named.input_tokens) over in_time
            or named.output_tokens < lag(named.output_tokens) over in_time
            or named.requested_at - {{ hours_interval(24) }}
            > lag(named.requested_at) over in_time
            or (
                named.requested_at - {{ hours_interval(1) }}
                > lag(named.requested_at) over in_time
                and named.input_tokens + named.output_tokens
                > lag(named.input_tokens + named.output_tokens) over in_time
            ),
            false
        ) as is_another_response
    from named
    window in_time as (
        partition by named.merge_key, named.merge_session_id
        order by named.requested_at, named.input_tokens, named.output_tokens
    )

),

counted as (

    select
        compared.*,
        count(*) filter (where compared.is_another_response) over (
            partition by compared.merge_key, compared.merge_session_id
            order by
                compared.requested_at, compared.input_tokens, compared.output_tokens
        ) as response_order
    from compared

),

numbered as (

    select
        counted.*,
        dense_rank() over (
            partition by counted.merge_key
            order by counted.merge_session_id, counted.response_order
        ) as response_number,
        max(counted.load_id) over (partition by counted.merge_key) as changed_load_id
    from counted

),

ranked as (

    select
        numbered.*,
        case
            when numbered.source_request_id is null
                then {{ surrogate_key(["'tars'", "'line'", 'file_id', 'line_number']) }}
            when numbered.response_number = 1
                then {{ surrogate_key(["'tars'", "'id'", 'source_request_id']) }}
            else {{ surrogate_key([
                "'tars'", "'id'", 'source_request_id', 'response_number'
            ]) }}
        end as request_id,
        max(numbered.response_number) over (partition by numbered.merge_key) > 1
            as is_id_shared,
        row_number() over (
            partition by numbered.merge_key, numbered.response_number
            order by
                numbered.requested_at desc,
                numbered.file_id desc,
                numbered.line_number desc
        ) as line_rank
    from numbered

),

final as (

    select
        request_id,
        source_request_id,
        session_id,
        task_id,
        batch_id,
        model_id,
        task_type,
        complexity_score,
        error_type,
        is_response_cache_hit,
        is_id_shared,
        input_tokens,
        cache_read_tokens,
        cache_write_tokens,
        output_tokens,
        response_time_ms,
        time_to_first_token_ms,
        quality_score,
        logged_cost_usd,
        is_cost_unreadable,
        project,
        user_name,
        arm,
        tags,
        requested_at,
        file_id,
        line_number,
        load_id,
        changed_load_id
    from ranked
    where line_rank = 1

)

select * from final
