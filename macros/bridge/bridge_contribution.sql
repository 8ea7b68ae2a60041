{#- The contribution of the factor a row names, chosen out of one column per factor. Adding 0
    makes a minus zero of floating point a zero.

    Args:
        factors: Name of the CTE that holds factor_id.
        bridge: Name of the CTE that holds the columns <factor_id>_usd. -#}
{% macro bridge_contribution(factors, bridge) -%}
    case {{ factors }}.factor_id
        {%- for factor in bridge_factor_ids() %}
        when '{{ factor }}' then {{ bridge }}.{{ factor }}_usd
        {%- endfor %}
    end + 0
{%- endmacro %}
