{#- Response Time (p95) = 95th percentile of the response times of API calls. -#}
{% macro response_time_p95() -%}
    {{ return({
        'kind': 'percentile',
        'value': 'response_time_ms',
        'quantile': 0.95,
        'filter': 'is_api_call',
        'denominator': 'response_time_count',
        'scale': 1,
    }) }}
{%- endmacro %}
