{#- The CTEs window_tasks (one row per window and task), judged_windows (one per window and source
    whose log had told of an error by then) and count_tasks (one row per window), from the CTE
    window_requests (the requests of each window).

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

judged_windows as (

    select
        {{ window_column }},
        source_system,
        count(*) filter (where is_api_call) as judged_api_call_count
    from window_requests
    group by
        {{ window_column }},
        source_system
    having bool_or(status != 'unknown')

),

count_tasks as (

    select
        window_tasks.{{ window_column }},
        count(*) as task_count,
        count(*) filter (where window_tasks.last_request.status != 'error')
            as completed_task_count,
        count(judged_windows.source_system) as judged_task_count,
        count(judged_windows.source_system) filter (
            where window_tasks.last_request.status != 'error'
        ) as judged_completed_task_count
    from window_tasks
    left join judged_windows
        on
            window_tasks.{{ window_column }} = judged_windows.{{ window_column }}
            and window_tasks.source_system = judged_windows.source_system
    group by window_tasks.{{ window_column }}

)
{%- endmacro %}
