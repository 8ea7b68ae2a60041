{#- The parts of the asserted dollars that are in doubt, in the order of the audit's columns. -#}
{% macro flagged_amounts() -%}
    {{ return(['orphan_asserted', 'double_asserted']) }}
{%- endmacro %}
