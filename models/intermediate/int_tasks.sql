-- Tasks belong to the hour and day of their last request, so that days add up to
-- phases.
with requests as (

    select * from {{ ref('fct_requests') }}

),

last_requests as (

    -- One maximum instead of a sort: a task's rows are compared by time, then by id.
    select
        source_system,
        task_id,
        max({{ struct_of([
            'requested_at', 'request_id', 'status', 'requested_hour_at', 'requested_date'
        ]) }}) as last_request
    from requests
    group by
        source_system,
        task_id

),

final as (

    select
        source_system,
        task_id,
        last_request.status as last_status,
        last_request.status = 'ok' as is_completed,
        last_request.requested_at as last_requested_at,
        last_request.requested_hour_at as last_requested_hour_at,
        last_request.requested_date as last_requested_date
    from last_requests

)

select * from final
