{#- Cache Tokens Saved = tokens of response-cache hits / days with API calls. -#}
{% macro cache_tokens_saved_per_day() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'avoided_tokens',
        'denominator': 'active_day_count',
        'scale': 1,
    }) }}
{%- endmacro %}
