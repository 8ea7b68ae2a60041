{#- Daily Cost = cost / days with API calls. -#}
{% macro daily_cost() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cost_usd',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
