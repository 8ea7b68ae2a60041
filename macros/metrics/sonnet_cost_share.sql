{#- Sonnet Cost Share = cost of Sonnet models / cost. -#}
{% macro sonnet_cost_share() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'sonnet_cost_usd',
        'denominator': 'cost_usd',
        'scale': 1,
    }) }}
{%- endmacro %}
