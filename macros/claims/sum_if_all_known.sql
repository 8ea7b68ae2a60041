{#- A sum that is null as soon as one of its parts is unknown: a sum of the known ones would
    pass for the whole.

    Args:
        expression: What to add up.
        order_by: Columns that identify a row of the group: doubles are added up in their
            order.
        where: Which rows to add up; all if none is given. -#}
{% macro sum_if_all_known(expression, order_by, where='true') -%}
    case
        when
            count(*) filter (where {{ where }})
            = count({{ expression }}) filter (where {{ where }})
            then {{ sum_in_order(expression, order_by, where) }}
    end
{%- endmacro %}
