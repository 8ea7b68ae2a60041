{#- An expression for a component, in its type: counts, tokens and times of nothing are 0;
    costs stay null where no row has one, for an unknown cost is not a cost of zero. -#}
{% macro component_or_zero(expression, column, data_type) -%}
    {%- set nullable = [
        'cost_usd', 'api_cost_usd', 'recorded_cost_usd', 'list_cost_usd'
    ] -%}
    {%- if column in nullable -%}
        cast({{ expression }} as {{ data_type }})
    {%- else -%}
        cast(coalesce({{ expression }}, 0) as {{ data_type }})
    {%- endif -%}
{%- endmacro %}
