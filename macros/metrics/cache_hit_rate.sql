{#- Cache Hit Rate = response-cache hits / requests. -#}
{% macro cache_hit_rate() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cache_hit_count',
        'denominator': 'request_count',
        'scale': 1,
    }) }}
{%- endmacro %}
