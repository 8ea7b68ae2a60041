{#- What a batch discount saved per dollar that was billed: d / (1 - d), as an exact decimal. -#}
{% macro batch_discount_on_billed() -%}
    {%- set discount = var('batch_discount_ratio') -%}
    {%- if discount < 0 or discount >= 1 -%}
        {{ exceptions.raise_compiler_error(
            'var batch_discount_ratio must be at least 0 and below 1.'
        ) }}
    {%- endif -%}
    cast({{ discount / (1 - discount) }} as decimal(9, 6))
{%- endmacro %}
