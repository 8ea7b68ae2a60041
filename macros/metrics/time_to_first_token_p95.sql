{#- Time to First Token (p95) = 95th percentile of the times to first token of API calls. -#}
{% macro time_to_first_token_p95() -%}
    {{ return({
        'kind': 'percentile',
        'value': 'time_to_first_token_ms',
        'quantile': 0.95,
        'filter': 'is_api_call',
        'denominator': 'time_to_first_token_count',
        'scale': 1,
    }) }}
{%- endmacro %}
