{#- An id, or null where a log writes something in its place: a blank, a word for nothing, a 0.

    Such a value names nothing; taken as an id it makes one of all that carry it. -#}
{% macro known_id(column) -%}
    case
        when lower(trim({{ column }})) not in (
            '', 'null', 'none', 'nil', 'undefined', 'unknown', 'n/a', '-', '0'
        )
            then trim({{ column }})
    end
{%- endmacro %}
