{#- ln(1 - reduction); null where nothing is left. -#}
{% macro log_of_rest(reduction) -%}
    ln(nullif(greatest(1 - {{ reduction }}, 0), 0))
{%- endmacro %}
