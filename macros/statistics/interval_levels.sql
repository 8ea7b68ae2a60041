{#- The levels of the two ends of an interval: 0.025 and 0.975 for 95 %. -#}
{% macro interval_levels() -%}
    {%- set tail = (1 - var('confidence_level')) / 2 -%}
    {{ return({'low': tail | round(6), 'high': (1 - tail) | round(6)}) }}
{%- endmacro %}
