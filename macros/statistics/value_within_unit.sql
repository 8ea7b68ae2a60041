{#- A value cut to what its unit allows: no metric is below zero, no ratio above one. Null
    stays null, which least and greatest of some engines would not see to. -#}
{% macro value_within_unit(expression, unit) -%}
    case
        when {{ expression }} < 0 then 0
        when {{ unit }} = 'ratio' and {{ expression }} > 1 then 1
        else {{ expression }}
    end
{%- endmacro %}
