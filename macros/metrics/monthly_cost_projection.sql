{#- Monthly Cost Projection = cost / calendar days of the window × 365 / 12. -#}
{% macro monthly_cost_projection() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cost_usd',
        'denominator': 'day_count',
        'scale': var('days_per_month'),
    }) }}
{%- endmacro %}
