{#- Cost per API Call = cost / API calls. -#}
{% macro cost_per_api_call() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cost_usd',
        'denominator': 'api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
