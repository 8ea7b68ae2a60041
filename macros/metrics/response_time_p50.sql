{#- Response Time (p50) = median response time of API calls. -#}
{% macro response_time_p50() -%}
    {{ return({
        'kind': 'percentile',
        'value': 'response_time_ms',
        'quantile': 0.5,
        'filter': 'is_api_call',
        'denominator': 'response_time_count',
        'scale': 1,
    }) }}
{%- endmacro %}
