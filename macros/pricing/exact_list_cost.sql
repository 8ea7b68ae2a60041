{#- Tokens × price, summed over the classes, in dollars, not yet rounded.

    Exact: a token count of up to 19 digits times decimal(18, 9) is decimal(37, 9), the sum
    decimal(38, 9). The division by a million is a multiplication by 0.000001, because a
    division of decimals gives a double; scale 15 leaves 23 digits before the point.

    Args:
        requests: Name of the CTE that holds the token columns.
        rates: Name of the CTE that holds the rate card. -#}
{% macro exact_list_cost(requests, rates) -%}
    (
        {%- for token_class in token_classes() %}
        cast({{ requests }}.{{ token_class }}_tokens as decimal(19, 0))
        * coalesce({{ rates }}.{{ token_class }}_usd_per_million, 0)
        {%- if not loop.last %} +{% endif %}
        {%- endfor %}
    ) * cast(0.000001 as decimal(7, 6))
{%- endmacro %}
