{#- What a strategy's factors of the cost bridge took off the cost, as an aggregate; null where
    one of them was not measured.

    Args:
        contribution: A factor's contribution, above zero where it raised the cost. -#}
{% macro supported_usd(contribution) -%}
    case
        when count(*) = count({{ contribution }}) then 0 - sum({{ contribution }})
    end
{%- endmacro %}
