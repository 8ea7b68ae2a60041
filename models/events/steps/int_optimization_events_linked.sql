-- Every line of the optimisation log with its strategy, its day, and the request it is
-- about: the one it names, else a call of the batch it names (the first), else of the
-- task it names the request nearest in time. Lazy events name their task in the second
-- word. An event that finds no request is an orphan.
with events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

event_types as (

    select * from {{ ref('optimization_events') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

typed_events as (

    select
        {{ surrogate_key(["'tars'", 'events.file_id', 'events.line_number']) }}
            as event_id,
        events.*,
        event_types.strategy_id,
        case
            when events.event_type in ('LAZY_DEFERRED', 'LAZY_LOADED')
                then coalesce(events.task_id, events.subject)
            else events.task_id
        end as event_task_id,
        coalesce(event_types.is_saving_claim, false) as is_saving_claim,
        {{ reporting_date('events.occurred_at') }} as occurred_date
    from events
    left join event_types on events.event_type = event_types.event_type

),

tars_requests as (

    select requests.*
    from requests
    where requests.source_system = 'tars'

),

matches_by_request as (

    select
        typed_events.event_id,
        tars_requests.request_id
    from typed_events
    inner join tars_requests
        on typed_events.source_request_id = tars_requests.source_request_id

),

first_calls_of_batches as (

    select
        batch_id,
        min_by(request_id, {{ struct_of(['requested_at', 'request_id']) }})
            as request_id
    from tars_requests
    where is_api_call and batch_id is not null
    group by batch_id

),

matches_by_task as (

    select
        typed_events.event_id,
        tars_requests.request_id,
        row_number() over (
            partition by typed_events.event_id
            order by
                abs(date_diff(
                    'millisecond', typed_events.occurred_at, tars_requests.requested_at
                )),
                tars_requests.request_id
        ) as distance_rank
    from typed_events
    inner join tars_requests on typed_events.event_task_id = tars_requests.task_id

),

final as (

    select
        typed_events.event_id,
        typed_events.event_type,
        typed_events.strategy_id,
        typed_events.subject,
        typed_events.batch_id,
        typed_events.event_task_id as task_id,
        typed_events.to_model_id,
        typed_events.from_model_id,
        coalesce(
            matches_by_request.request_id,
            first_calls_of_batches.request_id,
            matches_by_task.request_id
        ) as matched_request_id,
        case
            when matches_by_request.request_id is not null then 'request'
            when first_calls_of_batches.request_id is not null then 'batch'
            when matches_by_task.request_id is not null then 'task'
            else 'none'
        end as match_rule,
        typed_events.tokens_saved,
        typed_events.batch_size,
        typed_events.claimed_savings_usd,
        typed_events.is_saving_claim,
        typed_events.occurred_at,
        typed_events.occurred_date,
        typed_events.file_id,
        typed_events.line_number,
        typed_events.load_id
    from typed_events
    left join matches_by_request on typed_events.event_id = matches_by_request.event_id
    left join first_calls_of_batches
        on
            typed_events.batch_id = first_calls_of_batches.batch_id
            and typed_events.event_type = 'BATCH_PROCESSED'
    left join matches_by_task
        on
            typed_events.event_id = matches_by_task.event_id
            and matches_by_task.distance_rank = 1

)

select * from final
