{#- The moment that stands for "since ever" where a validity is compared. -#}
{% macro since_ever() -%}
    cast('0001-01-01 00:00:00' as timestamp)
{%- endmacro %}
