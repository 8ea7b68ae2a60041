{#- Accuracy of Cached Responses = cached responses judged correct / cached responses judged. -#}
{% macro cached_response_accuracy() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cached_response_correct_count',
        'denominator': 'cached_response_judged_count',
        'scale': 1,
    }) }}
{%- endmacro %}
