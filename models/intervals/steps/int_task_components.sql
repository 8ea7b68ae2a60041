-- The components of the metrics that tasks give. A task counts in every phase in which
-- it has a request, in the cluster and by the status of its last request there.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

request_clusters as (

    select * from {{ ref('int_request_clusters') }}

),

last_requests as (

    select
        phase_windows.phase_id,
        max_by(
            request_clusters.cluster_id,
            (requests.requested_at, requests.request_id)
        ) as cluster_id,
        max_by(
            requests.status, (requests.requested_at, requests.request_id)
        ) as last_status,
        max(requests.requested_date) as requested_date
    from requests
    inner join request_clusters on requests.request_id = request_clusters.request_id
    inner join phase_windows
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    where requests.task_id is not null
    group by
        phase_windows.phase_id,
        requests.source_system,
        requests.task_id

),

final as (

    select
        phase_id,
        cluster_id,
        requested_date,
        count(*) as task_count,
        count(*) filter (where last_status != 'error') as completed_task_count,
        count(*) filter (where last_status != 'unknown') as judged_task_count,
        count(*) filter (where last_status = 'ok') as judged_completed_task_count
    from last_requests
    group by
        phase_id,
        cluster_id,
        requested_date

)

select * from final
