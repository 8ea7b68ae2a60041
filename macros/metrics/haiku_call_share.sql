{#- Haiku Usage = API calls to Haiku models / API calls. -#}
{% macro haiku_call_share() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'haiku_api_call_count',
        'denominator': 'api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
