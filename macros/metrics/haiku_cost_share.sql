{#- Haiku Cost Share = cost of Haiku models / cost. -#}
{% macro haiku_cost_share() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'haiku_cost_usd',
        'denominator': 'cost_usd',
        'scale': 1,
    }) }}
{%- endmacro %}
