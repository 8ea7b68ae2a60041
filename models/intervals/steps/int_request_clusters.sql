-- Which requests belong together and never count as independent of each other: those
-- of a session; without a session those of a task; without either those of an hour.
-- What a session does more than `longest_session_hours` after its first request is cut
-- into days of the reporting time zone, never finer: cut into hours, intervals of 95 %
-- covered 75 % (docs/method/intervals.md). Its beginning is one cluster, whether or not
-- it goes on later: that changes no window which is over.
with requests as (

    select * from {{ ref('fct_requests') }}

),

begun_sessions as (

    select
        source_system,
        session_id,
        min(requested_at)
        + {{ hours_interval(var('longest_session_hours')) }} as cut_at
    from requests
    where session_id is not null
    group by
        source_system,
        session_id

),

told_apart as (

    select
        requests.request_id,
        requests.source_system,
        requests.session_id,
        requests.task_id,
        requests.requested_date,
        requests.requested_hour_at,
        requests.requested_at,
        case
            when requests.requested_at > begun_sessions.cut_at then 'session_day'
            when requests.session_id is not null then 'session'
            when requests.task_id <> requests.request_id then 'task'
            else 'hour'
        end as cluster_kind
    from requests
    left join begun_sessions
        on
            requests.source_system = begun_sessions.source_system
            and requests.session_id = begun_sessions.session_id

),

final as (

    select
        told_apart.request_id,
        told_apart.source_system,
        told_apart.session_id,
        told_apart.task_id,
        {{ cluster_key(
            'told_apart.cluster_kind',
            'told_apart.source_system',
            'coalesce(told_apart.session_id, told_apart.task_id)',
            'told_apart.requested_date',
            'told_apart.requested_hour_at',
        ) }} as cluster_id,
        told_apart.cluster_kind,
        told_apart.requested_date,
        told_apart.requested_at
    from told_apart

)

select * from final
