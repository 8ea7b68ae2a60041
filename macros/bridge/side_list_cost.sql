{#- Tokens × price per million over some token classes, in dollars: decimal(38, 15), exact.
    A class without a price counts 0; requests with such a class are not asked about.

    Args:
        tokens: Name of the CTE that holds the token columns.
        classes: The token classes to add up.
        rates: Names of the CTEs that hold rate cards; the first that knows a price has it. -#}
{% macro side_list_cost(tokens, classes, rates) -%}
    cast(
        (
            {%- for token_class in classes %}
            cast({{ tokens }}.{{ token_class }}_tokens as decimal(18, 0)) * coalesce(
                {%- for card in rates %}
                {{ card }}.{{ token_class }}_usd_per_million,
                {%- endfor %}
                0
            )
            {%- if not loop.last %} +{% endif %}
            {%- endfor %}
        ) * cast(0.000001 as decimal(7, 6)) as decimal(38, 15)
    )
{%- endmacro %}
