{#- A struct of columns under their own names; structs compare field by field, in order. -#}
{% macro struct_of(columns) -%}
    {{ return(adapter.dispatch('struct_of', 'tars_bench')(columns)) }}
{%- endmacro %}

{% macro default__struct_of(columns) -%}
    struct({{ columns | join(', ') }})
{%- endmacro %}

{% macro duckdb__struct_of(columns) -%}
    struct_pack(
        {%- for column in columns %}
        {{ column }} := {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
