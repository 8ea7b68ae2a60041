{#- Tokens × price per million, summed over the classes, in dollars, not yet rounded.

    Exact: tokens up to 10^18 as decimal(18, 0) times decimal(18, 9) is decimal(36, 9), which
    DuckDB need not check for overflow; a longer count gives null. A division by a million
    would give a double, so it is a multiplication by 0.000001: scale 15, 23 digits before
    the point.

    Args:
        requests: Name of the CTE that holds the token columns.
        rates: Name of the CTE that holds the rate card. -#}
{% macro exact_list_cost(requests, rates) -%}
    (
        {%- for token_class in token_classes() %}
        {{ try_cast_to(requests ~ '.' ~ token_class ~ '_tokens', 'decimal(18, 0)') }}
        * coalesce({{ rates }}.{{ token_class }}_usd_per_million, 0)
        {%- if not loop.last %} +{% endif %}
        {%- endfor %}
    ) * cast(0.000001 as decimal(7, 6))
{%- endmacro %}
