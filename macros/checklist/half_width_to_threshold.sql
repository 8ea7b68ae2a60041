{#- How far a value is from the end of its interval that lies beyond a threshold: the lower end
    where the value meets or exceeds it, else the upper one. On the scale of
    distance_to_threshold. -#}
{% macro half_width_to_threshold(relation, side) -%}
    case
        {%- for comparison, end in [('>=', 'low'), ('<', 'high')] %}
        when
            {{ relation }}.observed_value {{ comparison }} {{ relation }}.{{ side }}_threshold
            and {{ relation }}.measure = 'reduction_ratio'
            then abs({{ log_of_rest(relation ~ '.observed_value') }}
                - {{ log_of_rest(relation ~ '.interval_' ~ end) }})
        when {{ relation }}.observed_value {{ comparison }} {{ relation }}.{{ side }}_threshold
            then abs({{ relation }}.observed_value - {{ relation }}.interval_{{ end }})
        {%- endfor %}
    end
{%- endmacro %}
