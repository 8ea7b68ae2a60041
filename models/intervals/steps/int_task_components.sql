-- The components of the metrics that tasks give. A task counts in every phase in which
-- it has a request, in the cluster and by the status of its last request there; it is
-- judged where its source's log had told of an error by the end of the phase.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

request_clusters as (

    select * from {{ ref('int_request_clusters') }}

),

phase_requests as (

    select
        phase_windows.phase_id,
        requests.*,
        request_clusters.cluster_id,
        bool_or(requests.status != 'unknown') over (
            partition by phase_windows.phase_id, requests.source_system
        ) as is_judged
    from requests
    inner join request_clusters on requests.request_id = request_clusters.request_id
    inner join phase_windows
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date

),

last_requests as (

    select
        phase_id,
        max_by(cluster_id, (requested_at, request_id)) as cluster_id,
        max_by(status, (requested_at, request_id)) as last_status,
        bool_or(is_judged) as is_judged,
        max(requested_date) as requested_date
    from phase_requests
    where task_id is not null
    group by
        phase_id,
        source_system,
        task_id

),

final as (

    select
        phase_id,
        cluster_id,
        requested_date,
        count(*) as task_count,
        count(*) filter (where last_status != 'error') as completed_task_count,
        count(*) filter (where is_judged) as judged_task_count,
        count(*) filter (where is_judged and last_status != 'error')
            as judged_completed_task_count
    from last_requests
    group by
        phase_id,
        cluster_id,
        requested_date

)

select * from final
