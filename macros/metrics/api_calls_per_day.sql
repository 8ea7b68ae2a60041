{#- API Calls per Day = API calls / days with API calls. -#}
{% macro api_calls_per_day() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'api_call_count',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
