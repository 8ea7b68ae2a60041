{#- The last branches of a case: why a metric of a window that has requests has no value.
    A window without tasks names none: what is known of the cost does not matter then.

    Args:
        task_count, uncosted_api_call_count, api_call_count: The window's sums. -#}
{% macro metric_missing_cause(task_count, uncosted_api_call_count, api_call_count) -%}
    when metric_definitions.denominator = 'task_count' and {{ task_count }} = 0
        then 'the log names no task'
    when
        {{ uncosted_api_call_count }} > 0
        and {{ uncosted_api_call_count }} < {{ api_call_count }}
        and metric_definitions.metric_id in {{ cost_metric_ids() }}
        then 'the cost of some API calls is unknown'
    else metric_definitions.missing_cause
{%- endmacro %}
