{#- Lazy Load Deferred = LAZY_DEFERRED events / days with API calls. -#}
{% macro lazy_deferred_per_day() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'lazy_deferred_count',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
