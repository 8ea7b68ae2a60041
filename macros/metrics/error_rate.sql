{#- Error Rate = API calls that ended in error / API calls of sources that log errors. -#}
{% macro error_rate() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'api_error_count',
        'denominator': 'judged_api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
