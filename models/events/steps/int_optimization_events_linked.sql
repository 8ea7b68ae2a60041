{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='fail',
    )
}}

-- Which request an event is about: the one it names, else a call of the batch it names
-- (the first), else of the task it names the request nearest in time. An event that
-- finds none is an orphan. A run links its new events anew, and those that a changed
-- request was or may be about. changed_load_id is the newest load at that time.
with events as (

    select * from {{ ref('int_optimization_events_typed') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

merged_requests as (

    select * from {{ ref('int_tars_requests_merged') }}

),

loads as (

    select max(load_id) as load_id
    from events
    union all
    select max(changed_load_id) as load_id
    from merged_requests

),

{% if is_incremental() %}
    built as (

        select * from {{ this }}

    ),

    changed_requests as (

        select * from merged_requests
        where changed_load_id > {{ last_changed_load_id(this) }}

    ),

    affected_lines as (

        select
            file_id,
            line_number
        from built
        where
            matched_request_id in (select request_id from changed_requests)
            or source_request_id in (select source_request_id from changed_requests)
            or batch_id in (select batch_id from changed_requests)
            or task_id in (select task_id from changed_requests)

    ),

{% endif %}
pending_lines as (

    select events.*
    from events
    {% if is_incremental() %}
        where events.load_id > {{ last_changed_load_id(this) }}
        union all
        select events.*
        from events
        inner join affected_lines
            on
                events.file_id = affected_lines.file_id
                and events.line_number = affected_lines.line_number
        where events.load_id <= {{ last_changed_load_id(this) }}
    {% endif %}

),

pending_events as (

    select
        {{ surrogate_key(["'tars'", 'file_id', 'line_number']) }} as event_id,
        pending_lines.*
    from pending_lines

),

tars_requests as (

    select
        request_id,
        source_request_id,
        batch_id,
        task_id,
        is_api_call,
        requested_at,
        load_id
    from requests
    where source_system = 'tars'

),

match_by_request as (

    select
        pending_events.event_id,
        tars_requests.request_id,
        tars_requests.load_id
    from pending_events
    inner join tars_requests
        on pending_events.source_request_id = tars_requests.source_request_id

),

first_calls_of_batches as (

    select
        batch_id,
        request_id,
        load_id,
        row_number() over (
            partition by batch_id
            order by requested_at, request_id
        ) as call_rank
    from tars_requests
    where
        is_api_call
        and batch_id in (select pending_events.batch_id from pending_events)

),

match_by_batch as (

    select
        pending_events.event_id,
        first_calls_of_batches.request_id,
        first_calls_of_batches.load_id
    from pending_events
    inner join first_calls_of_batches
        on
            pending_events.batch_id = first_calls_of_batches.batch_id
            and first_calls_of_batches.call_rank = 1
    where pending_events.event_type = 'BATCH_PROCESSED'

),

requests_of_tasks as (

    select
        pending_events.event_id,
        tars_requests.request_id,
        tars_requests.load_id,
        row_number() over (
            partition by pending_events.event_id
            order by
                abs(date_diff(
                    'millisecond',
                    pending_events.occurred_at,
                    tars_requests.requested_at
                )),
                tars_requests.request_id
        ) as distance_rank
    from pending_events
    inner join tars_requests
        on pending_events.task_id = tars_requests.task_id

),

match_by_task as (

    select
        event_id,
        request_id,
        load_id
    from requests_of_tasks
    where distance_rank = 1

),

final as (

    select
        pending_events.event_id,
        pending_events.event_type,
        pending_events.strategy_id,
        pending_events.subject,
        pending_events.source_request_id,
        pending_events.batch_id,
        pending_events.task_id,
        pending_events.to_model_id,
        pending_events.from_model_id,
        coalesce(
            match_by_request.request_id,
            match_by_batch.request_id,
            match_by_task.request_id
        ) as matched_request_id,
        coalesce(
            match_by_request.load_id, match_by_batch.load_id, match_by_task.load_id
        ) as matched_load_id,
        case
            when match_by_request.request_id is not null then 'request'
            when match_by_batch.request_id is not null then 'batch'
            when match_by_task.request_id is not null then 'task'
            else 'none'
        end as match_rule,
        pending_events.tokens_saved,
        pending_events.batch_size,
        pending_events.claimed_savings_usd,
        pending_events.is_saving_claim,
        pending_events.occurred_at,
        pending_events.occurred_date,
        pending_events.file_id,
        pending_events.line_number,
        pending_events.load_id,
        (select max(loads.load_id) from loads) as changed_load_id
    from pending_events
    left join match_by_request
        on pending_events.event_id = match_by_request.event_id
    left join match_by_batch
        on pending_events.event_id = match_by_batch.event_id
    left join match_by_task
        on pending_events.event_id = match_by_task.event_id

)

select * from final
