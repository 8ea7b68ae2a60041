-- The components of the metrics that tasks give: a task counts in the cluster, and in
-- the phase, of its last request.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

tasks as (

    select * from {{ ref('int_tasks') }}

),

task_clusters as (

    select * from {{ ref('int_task_clusters') }}

),

final as (

    select
        phase_windows.phase_id,
        task_clusters.cluster_id,
        tasks.last_requested_date as requested_date,
        count(*) as task_count,
        count(*) filter (where tasks.is_completed) as completed_task_count,
        count(*) filter (where tasks.last_status != 'unknown') as judged_task_count,
        count(*) filter (where tasks.last_status = 'ok') as judged_completed_task_count
    from tasks
    inner join task_clusters
        on
            tasks.source_system = task_clusters.source_system
            and tasks.task_id = task_clusters.task_id
    inner join phase_windows
        on
            tasks.last_requested_date
            between phase_windows.start_date and phase_windows.end_date
    group by
        phase_windows.phase_id,
        task_clusters.cluster_id,
        tasks.last_requested_date

)

select * from final
