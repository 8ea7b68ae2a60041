{#- What a strategy's factors of the cost bridge took off the cost, as an aggregate; null where
    one of them was not measured.

    Args:
        contribution: A factor's contribution, above zero where it raised the cost.
        factor_id: The factor: contributions are added up in its order. -#}
{% macro supported_usd(contribution, factor_id) -%}
    case
        when count(*) = count({{ contribution }})
            then 0 - {{ sum_in_order(contribution, [factor_id]) }}
    end
{%- endmacro %}
