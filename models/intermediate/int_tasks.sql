-- Tasks belong to the hour and day of their last request, so that days add up to
-- phases.
with requests as (

    select * from {{ ref('fct_requests') }}

),

ranked as (

    select
        source_system,
        task_id,
        status,
        requested_at,
        requested_hour_at,
        requested_date,
        row_number() over (
            partition by source_system, task_id
            order by requested_at desc, request_id desc
        ) as request_rank
    from requests

),

final as (

    select
        source_system,
        task_id,
        status as last_status,
        status = 'ok' as is_completed,
        requested_at as last_requested_at,
        requested_hour_at as last_requested_hour_at,
        requested_date as last_requested_date
    from ranked
    where request_rank = 1

)

select * from final
