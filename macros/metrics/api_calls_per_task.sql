{#- API Calls per Task = API calls / tasks. -#}
{% macro api_calls_per_task() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'api_call_count',
        'denominator': 'task_count',
        'scale': 1,
    }) }}
{%- endmacro %}
