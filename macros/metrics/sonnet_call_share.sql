{#- Sonnet Usage = API calls to Sonnet models / API calls. -#}
{% macro sonnet_call_share() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'sonnet_api_call_count',
        'denominator': 'api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
