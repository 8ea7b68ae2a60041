{#- Requests per Task = requests / tasks. -#}
{% macro requests_per_task() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'request_count',
        'denominator': 'task_count',
        'scale': 1,
    }) }}
{%- endmacro %}
