{#- The five ways a provider charges for a token. A request's tokens fall into exactly one
    each; its column is <class>_tokens. -#}
{% macro token_classes() -%}
    {{ return(['uncached_input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output']) }}
{%- endmacro %}
