{#- The tokens of a request whose class has a price in its rate card (has_price true), or has
    none (false).

    Args:
        requests: Name of the CTE that holds the token columns.
        rates: Name of the CTE that holds the rate card.
        has_price: Which of the two. -#}
{% macro tokens_with_price(requests, rates, has_price) -%}
    {%- for token_class in token_classes() -%}
        case
            when {{ rates }}.{{ token_class }}_usd_per_million is {{ 'not ' if has_price }}null
                then {{ requests }}.{{ token_class }}_tokens
            else 0
        end
        {%- if not loop.last %}
        + {% endif -%}
    {%- endfor -%}
{%- endmacro %}
