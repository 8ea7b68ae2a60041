{#- Quality Score = sum of quality scores / quality scores. -#}
{% macro quality_score_avg() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'quality_score_sum',
        'denominator': 'quality_score_count',
        'scale': 1,
    }) }}
{%- endmacro %}
