{#- Error Rate = API calls that ended in error / API calls. -#}
{% macro error_rate() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'api_error_count',
        'denominator': 'api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
