{#- A length of time of a whole number of hours. -#}
{% macro hours_interval(hours) -%}
    interval '{{ hours | int }}' hour
{%- endmacro %}
