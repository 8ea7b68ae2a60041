{#- The sample variance of a double, worked out in one order, so that it is the same to the
    last digit on every run.
    order_by: columns that identify a row of the group. -#}
{% macro variance_in_order(expression, order_by) -%}
    var_samp({{ expression }} order by {{ order_by | join(', ') }})
{%- endmacro %}
