{#- Daily Cost (calendar days) = cost / calendar days of the window. -#}
{% macro daily_cost_calendar() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cost_usd',
        'denominator': 'day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
