{#- The CTEs that complete the components of windows: sum_components with everything of
    component_columns, and measure_percentiles. Reads the CTEs sum_windows (one row per window
    with what adds up) and window_requests (the requests of each window).

    Tasks: see counted_tasks; batches alike.

    Args:
        window_column: Key of both CTEs. -#}
{% macro counted_windows(window_column) -%}
{{ counted_tasks(window_column) }},

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
