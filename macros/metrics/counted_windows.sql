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

),

count_batches as (

    select
        {{ window_column }},
        count(distinct concat_ws('/', source_system, batch_id)) as batch_count
    from window_requests
    where is_api_call and batch_id is not null
    group by {{ window_column }}

),

count_judged as (

    select
        {{ window_column }},
        sum(judged_api_call_count) as judged_api_call_count
    from judged_windows
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
        cast(coalesce(count_judged.judged_api_call_count, 0) as bigint)
            as judged_api_call_count,
        coalesce(count_batches.batch_count, 0) as batch_count
    from sum_windows
    left join count_tasks
        on sum_windows.{{ window_column }} = count_tasks.{{ window_column }}
    left join count_judged
        on sum_windows.{{ window_column }} = count_judged.{{ window_column }}
    left join count_batches
        on sum_windows.{{ window_column }} = count_batches.{{ window_column }}

)
{%- endmacro %}
