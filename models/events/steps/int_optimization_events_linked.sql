-- Which request an event is about: the one it names, else a call of the batch it names
-- (the first), else of the task it names the request nearest in time. An event that
-- finds none is an orphan.
with events as (

    select * from {{ ref('int_optimization_events_typed') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

keyed_events as (

    select
        {{ surrogate_key(["'tars'", 'file_id', 'line_number']) }} as event_id,
        events.*
    from events

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
        keyed_events.event_id,
        tars_requests.request_id,
        tars_requests.load_id
    from keyed_events
    inner join tars_requests
        on keyed_events.source_request_id = tars_requests.source_request_id

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
        and batch_id in (select keyed_events.batch_id from keyed_events)

),

match_by_batch as (

    select
        keyed_events.event_id,
        first_calls_of_batches.request_id,
        first_calls_of_batches.load_id
    from keyed_events
    inner join first_calls_of_batches
        on
            keyed_events.batch_id = first_calls_of_batches.batch_id
            and first_calls_of_batches.call_rank = 1
    where keyed_events.event_type = 'BATCH_PROCESSED'

),

requests_of_tasks as (

    select
        keyed_events.event_id,
        tars_requests.request_id,
        tars_requests.load_id,
        row_number() over (
            partition by keyed_events.event_id
            order by
                abs(date_diff(
                    'millisecond',
                    keyed_events.occurred_at,
                    tars_requests.requested_at
                )),
                tars_requests.request_id
        ) as distance_rank
    from keyed_events
    inner join tars_requests
        on keyed_events.task_id = tars_requests.task_id

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
        keyed_events.event_id,
        keyed_events.event_type,
        keyed_events.strategy_id,
        keyed_events.subject,
        keyed_events.source_request_id,
        keyed_events.batch_id,
        keyed_events.task_id,
        keyed_events.to_model_id,
        keyed_events.from_model_id,
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
        keyed_events.tokens_saved,
        keyed_events.batch_size,
        keyed_events.claimed_savings_usd,
        keyed_events.is_saving_claim,
        keyed_events.occurred_at,
        keyed_events.occurred_date,
        keyed_events.file_id,
        keyed_events.line_number,
        keyed_events.load_id
    from keyed_events
    left join match_by_request
        on keyed_events.event_id = match_by_request.event_id
    left join match_by_batch
        on keyed_events.event_id = match_by_batch.event_id
    left join match_by_task
        on keyed_events.event_id = match_by_task.event_id

)

select * from final
