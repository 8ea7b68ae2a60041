{#- The day of the reporting time zone a naive UTC timestamp falls on. -#}
{% macro reporting_date(utc_timestamp) -%}
    cast({{ utc_to_local(utc_timestamp) }} as date)
{%- endmacro %}
