{#- The last load an incremental relation has seen, as a scalar subquery; 0 when none. -#}
{% macro last_changed_load_id(relation) -%}
    (select coalesce(max(seen.changed_load_id), 0) from {{ relation }} as seen)
{%- endmacro %}
