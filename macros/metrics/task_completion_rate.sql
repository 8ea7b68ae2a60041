{#- Task Completion Rate = tasks whose last request did not end in error / tasks. -#}
{% macro task_completion_rate() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'completed_task_count',
        'denominator': 'task_count',
        'scale': 1,
    }) }}
{%- endmacro %}
