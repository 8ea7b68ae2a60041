{#- sum(component), or sum(weight × component) where a weight is given, as a double. A weight
    is a whole number, and what is added up is whole or decimal: the same sum in every order.
-#}
{% macro weighted_sum(component, weight=none) -%}
    {%- if weight is none -%}
        cast(sum({{ exact_addend(component) }}) as double)
    {%- else -%}
        cast(sum({{ weight }} * {{ exact_addend(component) }}) as double)
    {%- endif -%}
{%- endmacro %}
