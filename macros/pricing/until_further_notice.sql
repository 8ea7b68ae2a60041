{#- The moment that stands for "while it lasts" where a validity is compared. -#}
{% macro until_further_notice() -%}
    cast('9999-12-31 00:00:00' as timestamp)
{%- endmacro %}
