{#- A value cut to what its unit allows: no metric is below zero, no ratio above one. -#}
{% macro value_within_unit(expression, unit) -%}
    case
        when {{ unit }} = 'ratio' then least(1, greatest(0, {{ expression }}))
        else greatest(0, {{ expression }})
    end
{%- endmacro %}
