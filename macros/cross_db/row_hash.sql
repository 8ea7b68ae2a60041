{#- A 64-bit hash of the columns of a row, to notice that rows changed. Not an identity:
    its value may differ between engines and their versions. -#}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'tars_bench')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
