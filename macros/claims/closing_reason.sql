{#- Why an amount of a closing line of the claims audit is not known, by its kind. Reads the CTEs
    closing_kinds and claim_totals.

    Args:
        column: The column of claim_totals that says why the sum is not known. -#}
{% macro closing_reason(column) -%}
    case closing_kinds.line_kind
        when 'total' then claim_totals.{{ column }}
        when 'measured_drop' then claim_totals.drop_missing_reason
        else coalesce(claim_totals.drop_missing_reason, claim_totals.{{ column }})
    end
{%- endmacro %}
