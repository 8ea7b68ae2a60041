{#- Time to First Token (avg) = sum of times to first token / API calls with a time to first token. -#}
{% macro time_to_first_token_avg() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'time_to_first_token_sum_ms',
        'denominator': 'time_to_first_token_count',
        'scale': 1,
    }) }}
{%- endmacro %}
