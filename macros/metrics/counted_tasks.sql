{#- The CTEs window_tasks (one row per window and task) and count_tasks (one row per window),
    from the CTE window_requests (the requests of each window).

    A task counts in every window in which it has a request, by the last of them there: what
    happens after a window changes nothing in it. Requests without a task are no
    task.

    window_column: Key of the windows. -#}
{% macro counted_tasks(window_column) -%}
window_tasks as (

    select
        {{ window_column }},
        source_system,
        task_id,
        -- One maximum instead of a sort: compared by time, then by id.
        max({{ struct_of(['requested_at', 'request_id', 'status']) }}) as last_request
    from window_requests
    where task_id is not null
    group by
        {{ window_column }},
        source_system,
        task_id

),

count_tasks as (

    select
        {{ window_column }},
        count(*) as task_count,
        count(*) filter (where last_request.status != 'error') as completed_task_count,
        count(*) filter (where last_request.status != 'unknown') as judged_task_count,
        count(*) filter (where last_request.status = 'ok') as judged_completed_task_count
    from window_tasks
    group by {{ window_column }}

)
{%- endmacro %}
