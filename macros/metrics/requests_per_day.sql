{#- Requests per Day = requests / days with API calls. -#}
{% macro requests_per_day() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'request_count',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
