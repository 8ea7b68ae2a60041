{#- A ratio as words: 0.1234 is '12.3%'. -#}
{% macro percent_text(ratio) -%}
    cast(cast(100 * ({{ ratio }}) as decimal(18, 1)) as {{ dbt.type_string() }}) || '%'
{%- endmacro %}
