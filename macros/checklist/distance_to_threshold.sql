{#- How far a value is from a threshold. A reduction is one minus a ratio, so its distances are
    taken on the logarithm of the ratio. `side` is min or max. -#}
{% macro distance_to_threshold(relation, side) -%}
    case
        when {{ relation }}.measure = 'reduction_ratio'
            then abs({{ log_of_rest(relation ~ '.observed_value') }}
                - {{ log_of_rest(relation ~ '.' ~ side ~ '_threshold') }})
        else abs({{ relation }}.observed_value - {{ relation }}.{{ side }}_threshold)
    end
{%- endmacro %}
