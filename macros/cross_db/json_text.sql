{#- The text of one key of a JSON object of texts; null when the key is absent. -#}
{% macro json_text(json_column, key) -%}
    {{ return(adapter.dispatch('json_text', 'tars_bench')(json_column, key)) }}
{%- endmacro %}

{% macro default__json_text(json_column, key) -%}
    get_json_object({{ json_column }}, '$.{{ key }}')
{%- endmacro %}

{% macro duckdb__json_text(json_column, key) -%}
    json_extract_string({{ json_column }}, '$.{{ key }}')
{%- endmacro %}
