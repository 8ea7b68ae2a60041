{#- The sum of a double, added up in one order, so that it is the same to the last digit on
    every run.

    Args:
        expression: What to add up.
        order_by: Columns that identify a row of the group.
        where: Which rows to add up; all if none is given. -#}
{% macro sum_in_order(expression, order_by, where='true') -%}
    sum({{ expression }} order by {{ order_by | join(', ') }}) filter (where {{ where }})
{%- endmacro %}
