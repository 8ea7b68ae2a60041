{#- The CTEs that complete the components of windows: sum_components with everything of
    component_columns, and measure_percentiles. Reads the CTEs sum_windows (one row per window
    with what adds up) and window_requests (the requests of each window).

    A task counts in every window in which it has a request, by the last of them there: what
    happens after a window changes nothing in it. Requests without a task are no task.
    Batches alike.

    Args:
        window_column: Key of both CTEs. -#}
{% macro counted_windows(window_column) -%}
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

),

count_batches as (

    select
        {{ window_column }},
        count(distinct concat_ws('/', source_system, batch_id)) as batch_count
    from window_requests
    where is_api_call and batch_id is not null
    group by {{ window_column }}

),

measure_percentiles as (

    select
        {{ window_column }},
        {{ metric_columns(kind='percentile') }}
    from window_requests
    group by {{ window_column }}

),

sum_components as (

    select
        sum_windows.*,
        {%- for column in [
            'task_count', 'completed_task_count', 'judged_task_count',
            'judged_completed_task_count',
        ] %}
        coalesce(count_tasks.{{ column }}, 0) as {{ column }},
        {%- endfor %}
        coalesce(count_batches.batch_count, 0) as batch_count
    from sum_windows
    left join count_tasks
        on sum_windows.{{ window_column }} = count_tasks.{{ window_column }}
    left join count_batches
        on sum_windows.{{ window_column }} = count_batches.{{ window_column }}

)
{%- endmacro %}
