-- The cluster a task counts in: that of its last request.
with request_clusters as (

    select * from {{ ref('int_request_clusters') }}

),

ranked_requests as (

    select
        request_clusters.source_system,
        request_clusters.task_id,
        request_clusters.cluster_id,
        row_number() over (
            partition by request_clusters.source_system, request_clusters.task_id
            order by
                request_clusters.requested_at desc,
                request_clusters.request_id desc
        ) as request_rank
    from request_clusters

),

final as (

    select
        ranked_requests.source_system,
        ranked_requests.task_id,
        ranked_requests.cluster_id
    from ranked_requests
    where ranked_requests.request_rank = 1

)

select * from final
