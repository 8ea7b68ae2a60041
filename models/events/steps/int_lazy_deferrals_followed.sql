-- What became of work that was put off: loaded after all, or put off again. Both can
-- turn on another day.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

last_loadings as (

    select
        task_id,
        max(occurred_at) as loaded_at
    from events
    where event_type = 'LAZY_LOADED'
    group by task_id

),

deferrals as (

    select
        events.event_id,
        events.occurred_date,
        events.occurred_at,
        events.task_id,
        events.file_id,
        events.line_number,
        events.matched_request_id,
        coalesce(last_loadings.loaded_at >= events.occurred_at, false) as was_loaded
    from events
    left join last_loadings
        on events.task_id = last_loadings.task_id
    where events.event_type = 'LAZY_DEFERRED'

),

final as (

    select
        event_id,
        task_id,
        matched_request_id,
        was_loaded,
        row_number() over (
            partition by was_loaded, coalesce(task_id, event_id)
            order by occurred_at, file_id, line_number
        ) > 1 as is_repeat,
        occurred_date
    from deferrals

)

select * from final
