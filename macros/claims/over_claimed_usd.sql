{#- What is claimed beyond what is supported; a support below zero supports nothing. Null where
    either is unknown. -#}
{% macro over_claimed_usd(asserted, supported) -%}
    case
        when {{ supported }} is not null
            then
                cast({{ asserted }} as double)
                - greatest(cast({{ supported }} as double), 0)
    end
{%- endmacro %}
