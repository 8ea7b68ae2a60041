{#- What is left of the list price of a batched call: 1 - the share the provider takes off.
    A decimal, so that the product stays exact. -#}
{% macro batch_price_factor() -%}
    cast(1 - {{ var('batch_discount_ratio') }} as decimal(5, 4))
{%- endmacro %}
