{#- Whether one end of an interval meets a threshold and the other does not. `side` is min or
    max; the relation has interval_low, interval_high, <side>_threshold, <side>_inclusive. -#}
{% macro is_on_both_sides(relation, side) -%}
    {%- set sign = '>' if side == 'min' else '<' -%}
    coalesce(
        {%- for end in ['low', 'high'] %}
        (
            {{ relation }}.interval_{{ end }} {{ sign }} {{ relation }}.{{ side }}_threshold
            or (
                {{ relation }}.interval_{{ end }} = {{ relation }}.{{ side }}_threshold
                and coalesce({{ relation }}.{{ side }}_inclusive, true)
            )
        )
        {{- ' !=' if not loop.last }}
        {%- endfor %},
        false
    )
{%- endmacro %}
