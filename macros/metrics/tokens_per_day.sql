{#- Tokens per Day = tokens of API calls / days with API calls. -#}
{% macro tokens_per_day() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'token_count',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
