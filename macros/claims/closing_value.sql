{#- An amount of a closing line of the claims audit, by its kind: the sum of the claims, the
    measured drop, or what the first leaves of the second. Reads the CTEs closing_kinds and
    claim_totals.

    Args:
        column: The column of claim_totals that holds the sum. -#}
{% macro closing_value(column) -%}
    case closing_kinds.line_kind
        when 'total' then claim_totals.{{ column }}
        when 'measured_drop' then claim_totals.drop_usd_per_day
        else claim_totals.drop_usd_per_day - claim_totals.{{ column }}
    end
{%- endmacro %}
