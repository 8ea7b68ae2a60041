{#- Claimed per supported dollar: 1 is exact, above it is claimed more than is seen. Null where
    nothing is supported, for no ratio says how wrong that is. -#}
{% macro over_claim_ratio(asserted, supported) -%}
    case
        when {{ supported }} > 0
            then {{ safe_divide(asserted, supported) }}
    end
{%- endmacro %}
