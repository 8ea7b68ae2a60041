{#- Tokens per API Call = tokens of API calls / API calls. -#}
{% macro tokens_per_api_call() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'token_count',
        'denominator': 'api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
