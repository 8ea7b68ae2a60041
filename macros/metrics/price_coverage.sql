{#- Price Coverage = tokens with a list price / tokens of API calls. -#}
{% macro price_coverage() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'priced_tokens',
        'denominator': 'token_count',
        'scale': 1,
    }) }}
{%- endmacro %}
