{#- The components that are unknown (null) as soon as one of their parts is. -#}
{% macro cost_columns() -%}
    {{ return([
        'cost_usd', 'api_cost_usd', 'list_cost_usd', 'haiku_cost_usd', 'sonnet_cost_usd',
    ]) }}
{%- endmacro %}
