{#- Weekly Cost = daily cost × 7. -#}
{% macro weekly_cost() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cost_usd',
        'denominator': 'active_day_count',
        'scale': 7,
    }) }}
{%- endmacro %}
