{#- Cost per Million Tokens = cost of API calls / tokens of API calls × 1000000. -#}
{% macro cost_per_million_tokens() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'api_cost_usd',
        'denominator': 'token_count',
        'scale': 1000000,
    }) }}
{%- endmacro %}
