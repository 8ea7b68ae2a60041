{#- sum(component), or sum(weight × component) where a weight is given, as a double. -#}
{% macro weighted_sum(component, weight=none) -%}
    {%- if weight is none -%}
        cast(sum({{ component }}) as double)
    {%- else -%}
        sum(cast({{ weight }} as double) * cast({{ component }} as double))
    {%- endif -%}
{%- endmacro %}
