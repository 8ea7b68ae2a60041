{#- Response Time (p99) = 99th percentile of the response times of API calls. -#}
{% macro response_time_p99() -%}
    {{ return({
        'kind': 'percentile',
        'value': 'response_time_ms',
        'quantile': 0.99,
        'filter': 'is_api_call',
        'denominator': 'response_time_count',
        'scale': 1,
    }) }}
{%- endmacro %}
