{#- Batch Efficiency = API calls sent in a batch / API calls. -#}
{% macro batch_efficiency() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'batched_api_call_count',
        'denominator': 'api_call_count',
        'scale': 1,
    }) }}
{%- endmacro %}
