{#- User Satisfaction = sum of satisfaction ratings / ratings. -#}
{% macro user_satisfaction_avg() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'user_satisfaction_sum',
        'denominator': 'user_satisfaction_count',
        'scale': 1,
    }) }}
{%- endmacro %}
