{#- The dollars the claims audit compares with the measured drop, in the order of its columns. -#}
{% macro claim_amounts() -%}
    {{ return(['claimed', 'valued', 'asserted']) }}
{%- endmacro %}
