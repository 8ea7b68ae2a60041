{#- A select list of every component that adds up, summed over component rows (see
    sum_component).
    relation: what the columns are qualified with. -#}
{% macro component_sums(relation) -%}
    {%- for column, data_type in component_columns(additive=true).items() %}
        {{ sum_component(relation, column, data_type) }} as {{ column }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
