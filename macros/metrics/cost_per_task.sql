{#- Cost per Task = cost / tasks. -#}
{% macro cost_per_task() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cost_usd',
        'denominator': 'task_count',
        'scale': 1,
    }) }}
{%- endmacro %}
