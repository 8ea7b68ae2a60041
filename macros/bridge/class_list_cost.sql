{#- Tokens × price per million of one token class, in dollars: decimal(38, 15), exact. A class
    without a price counts 0; requests with such a class are not asked about.

    Args:
        tokens: Name of the CTE that holds the token columns.
        token_class: The token class.
        rates: Names of the CTEs that hold rate cards; the first that knows a price has it. -#}
{% macro class_list_cost(tokens, token_class, rates) -%}
    cast(
        cast({{ tokens }}.{{ token_class }}_tokens as decimal(18, 0)) * coalesce(
            {%- for card in rates %}
            {{ card }}.{{ token_class }}_usd_per_million,
            {%- endfor %}
            0
        ) * cast(0.000001 as decimal(7, 6)) as decimal(38, 15)
    )
{%- endmacro %}
