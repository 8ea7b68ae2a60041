{#- Which of a model's rate cards: `standard`, `fast`, or the service tier that a contract has
    prices for (`batch`; `fast/batch`).

    Args:
        speed: As logged; null is standard.
        service_tier: The tier; null, or `standard`, is none. -#}
{% macro rate_speed(speed, service_tier) -%}
    coalesce(
        nullif(
            concat_ws(
                '/', nullif({{ speed }}, 'standard'), nullif({{ service_tier }}, 'standard')
            ),
            ''
        ),
        'standard'
    )
{%- endmacro %}
