{#- The token classes of the prompt: all but the output. -#}
{% macro prompt_token_classes() -%}
    {{ return(token_classes() | reject('equalto', 'output') | list) }}
{%- endmacro %}
