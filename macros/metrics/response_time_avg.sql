{#- Response Time (avg) = sum of response times / API calls with a response time. -#}
{% macro response_time_avg() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'response_time_sum_ms',
        'denominator': 'response_time_count',
        'scale': 1,
    }) }}
{%- endmacro %}
