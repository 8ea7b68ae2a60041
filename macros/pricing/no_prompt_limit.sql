{#- A prompt longer than any: the end of the last prompt-size tier. -#}
{% macro no_prompt_limit() -%}
    cast(9223372036854775807 as bigint)
{%- endmacro %}
