{#- Every component of an hour with its type, in the order of the tables: a dict of column →
    type. Days have day_count and active_day_count besides.
    additive: leave out tasks, batches and judged calls, which each window counts anew. -#}
{% macro component_columns(additive=false) -%}
    {%- set columns = {} -%}
    {%- for column, definition in request_components().items() -%}
        {%- do columns.update({column: definition[0]}) -%}
    {%- endfor -%}
    {%- if not additive -%}
        {%- do columns.update({
            'task_count': 'bigint',
            'completed_task_count': 'bigint',
            'judged_task_count': 'bigint',
            'judged_completed_task_count': 'bigint',
            'judged_api_call_count': 'bigint',
            'batch_count': 'bigint',
        }) -%}
    {%- endif -%}
    {%- do columns.update({
        'optimization_event_count': 'bigint',
        'lazy_deferred_count': 'bigint',
        'lazy_loaded_count': 'bigint',
        'quality_score_sum': 'double',
        'quality_score_count': 'bigint',
        'user_satisfaction_sum': 'double',
        'user_satisfaction_count': 'bigint',
        'cached_response_correct_count': 'bigint',
        'cached_response_judged_count': 'bigint',
    }) -%}
    {{ return(columns) }}
{%- endmacro %}
