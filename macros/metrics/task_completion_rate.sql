{#- Task Completion Rate = tasks whose last request did not end in error / tasks, of sources
    that log errors. -#}
{% macro task_completion_rate() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'judged_completed_task_count',
        'denominator': 'judged_task_count',
        'scale': 1,
    }) }}
{%- endmacro %}
