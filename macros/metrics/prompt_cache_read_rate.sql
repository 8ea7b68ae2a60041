{#- Prompt Cache Read Rate = prompt-cache tokens read / prompt tokens of API calls. -#}
{% macro prompt_cache_read_rate() -%}
    {{ return({
        'kind': 'ratio',
        'numerator': 'cache_read_tokens',
        'denominator': 'prompt_tokens',
        'scale': 1,
    }) }}
{%- endmacro %}
