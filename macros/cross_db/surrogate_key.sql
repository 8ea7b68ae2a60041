{#- A stable text key of the columns: the md5 of their texts, joined by a character that
    ids do not hold. A null part counts as an empty one. -#}
{% macro surrogate_key(columns) -%}
    md5(concat_ws('|'
    {%- for column in columns -%}
        , coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
    {%- endfor -%}
    ))
{%- endmacro %}
