-- Which request an event is about: the one it names, else a call of the batch it names
-- (the first), else of the task it names the request nearest in time. An event that
-- finds none is an orphan. A second cache hit or routing of the same request, or a
-- second event of the same batch, is a repeat: what is saved once counts once. Lazy
-- events name their task in the second word.
with events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

event_types as (

    select * from {{ ref('optimization_events') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

identified_events as (

    select
        {{ surrogate_key(["'tars'", 'events.file_id', 'events.line_number']) }}
            as event_id,
        events.event_type,
        event_types.strategy_id,
        coalesce(event_types.is_saving_claim, false) as is_saving_claim,
        events.subject,
        events.source_request_id,
        events.batch_id,
        case
            when events.event_type in ('LAZY_DEFERRED', 'LAZY_LOADED')
                then coalesce(events.task_id, events.subject)
            else events.task_id
        end as task_id,
        events.to_model_id,
        events.from_model_id,
        events.tokens_saved,
        events.batch_size,
        events.claimed_savings_usd,
        events.occurred_at,
        {{ reporting_date('events.occurred_at') }} as occurred_date,
        events.file_id,
        events.line_number,
        events.load_id
    from events
    left join event_types
        on events.event_type = event_types.event_type

),

tars_requests as (

    select
        request_id,
        source_request_id,
        batch_id,
        task_id,
        is_api_call,
        requested_at
    from requests
    where source_system = 'tars'

),

match_by_request as (

    select
        identified_events.event_id,
        tars_requests.request_id
    from identified_events
    inner join tars_requests
        on identified_events.source_request_id = tars_requests.source_request_id

),

first_calls_of_batches as (

    select
        batch_id,
        request_id,
        row_number() over (
            partition by batch_id
            order by requested_at, request_id
        ) as call_rank
    from tars_requests
    where
        is_api_call
        and batch_id is not null

),

match_by_batch as (

    select
        identified_events.event_id,
        first_calls_of_batches.request_id
    from identified_events
    inner join first_calls_of_batches
        on
            identified_events.batch_id = first_calls_of_batches.batch_id
            and first_calls_of_batches.call_rank = 1
    where identified_events.event_type = 'BATCH_PROCESSED'

),

requests_of_tasks as (

    select
        identified_events.event_id,
        tars_requests.request_id,
        row_number() over (
            partition by identified_events.event_id
            order by
                abs(date_diff(
                    'millisecond',
                    identified_events.occurred_at,
                    tars_requests.requested_at
                )),
                tars_requests.request_id
        ) as distance_rank
    from identified_events
    inner join tars_requests
        on identified_events.task_id = tars_requests.task_id

),

match_by_task as (

    select
        event_id,
        request_id
    from requests_of_tasks
    where distance_rank = 1

),

joined_matches as (

    select
        identified_events.event_id,
        identified_events.event_type,
        identified_events.strategy_id,
        identified_events.subject,
        identified_events.batch_id,
        identified_events.task_id,
        identified_events.to_model_id,
        identified_events.from_model_id,
        coalesce(
            match_by_request.request_id,
            match_by_batch.request_id,
            match_by_task.request_id
        ) as matched_request_id,
        case
            when match_by_request.request_id is not null then 'request'
            when match_by_batch.request_id is not null then 'batch'
            when match_by_task.request_id is not null then 'task'
            else 'none'
        end as match_rule,
        identified_events.tokens_saved,
        identified_events.batch_size,
        identified_events.claimed_savings_usd,
        identified_events.is_saving_claim,
        identified_events.occurred_at,
        identified_events.occurred_date,
        identified_events.file_id,
        identified_events.line_number,
        identified_events.load_id
    from identified_events
    left join match_by_request
        on identified_events.event_id = match_by_request.event_id
    left join match_by_batch
        on identified_events.event_id = match_by_batch.event_id
    left join match_by_task
        on identified_events.event_id = match_by_task.event_id

),

final as (

    select
        event_id,
        event_type,
        strategy_id,
        subject,
        batch_id,
        task_id,
        to_model_id,
        from_model_id,
        matched_request_id,
        match_rule,
        tokens_saved,
        batch_size,
        claimed_savings_usd,
        is_saving_claim,
        row_number() over (
            partition by
                event_type,
                case
                    when event_type in ('CACHE_HIT', 'MODEL_ROUTED')
                        then coalesce(matched_request_id, event_id)
                    when match_rule = 'batch' then batch_id
                    else event_id
                end
            order by occurred_at, file_id, line_number
        ) > 1 as is_repeat,
        occurred_at,
        occurred_date,
        file_id,
        line_number,
        load_id
    from joined_matches

)

select * from final
