{#- How many more days of the phase, with calls as so far, would take a threshold out of an
    interval. A variance shrinks as 1 / days, so the half width h becomes
        h × sqrt((1 − s) + s × D / (D + x))
    after x more days, with D the days so far and s the share of the variance that the phase
    has (the baseline's share stays). It reaches the distance d to the threshold at
        x = D × (s × h² / (d² − (1 − s) × h²) − 1).
    Null where no number of days is enough. Nine decimals: binary noise off, so that 30 is 30. -#}
{% macro days_needed(half_width, distance, variance_share, day_count) -%}
    case
        when pow({{ distance }}, 2) > (1 - {{ variance_share }}) * pow({{ half_width }}, 2)
            then
                greatest(1, ceil(round(
                    {{ day_count }} * (
                        {{ variance_share }} * pow({{ half_width }}, 2)
                        / (
                            pow({{ distance }}, 2)
                            - (1 - {{ variance_share }}) * pow({{ half_width }}, 2)
                        )
                        - 1
                    ),
                    9
                )))
    end
{%- endmacro %}
