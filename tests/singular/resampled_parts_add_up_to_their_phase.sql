{{ config(group="intervals") }}
-- What is resampled adds up to the phase it stands for, by cluster and by day: else an
-- interval speaks of another figure than the one it stands beside.
with cluster_components as (

    select * from {{ ref('int_cluster_components') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

summed_parts as (

    select
        phase_id,
        resampled_unit,
        sum(api_call_count) as api_call_count,
        sum(token_count) as token_count,
        sum(task_count) as task_count,
        sum(completed_task_count) as completed_task_count
    from cluster_components
    group by
        phase_id,
        resampled_unit

),

final as (

    select
        summed_parts.phase_id,
        summed_parts.resampled_unit
    from summed_parts
    inner join phase_windows on summed_parts.phase_id = phase_windows.phase_id
    where
        summed_parts.api_call_count is distinct from phase_windows.api_call_count
        or summed_parts.token_count is distinct from phase_windows.token_count
        or summed_parts.task_count is distinct from phase_windows.task_count
        or summed_parts.completed_task_count
        is distinct from phase_windows.completed_task_count

)

select * from final
