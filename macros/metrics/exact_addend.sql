{#- A component as what is added up: doubles as decimals, so that no order of adding changes
    the last digit. Their components are sums of times and scores of at most nine decimals.
    component: a component column, with or without the relation it is of. -#}
{% macro exact_addend(component) -%}
    {%- if component_columns().get(component.split('.') | last) == 'double' -%}
        cast({{ component }} as decimal(24, 9))
    {%- else -%}
        {{ component }}
    {%- endif -%}
{%- endmacro %}
