{#- sum(component), or sum(weight × component) where a weight is given, as a double. A weight
    is a whole number: multiplied and summed in the component's own type, so that whole and
    decimal components give the same sum in every order. -#}
{% macro weighted_sum(component, weight=none) -%}
    {%- if weight is none -%}
        cast(sum({{ component }}) as double)
    {%- else -%}
        cast(sum({{ weight }} * {{ component }}) as double)
    {%- endif -%}
{%- endmacro %}
