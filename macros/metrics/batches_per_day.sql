{#- Batches per Day = batches / days with API calls. -#}
{% macro batches_per_day() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'batch_count',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
