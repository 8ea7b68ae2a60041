{#- The wall-clock time in UTC as a naive timestamp. -#}
{% macro utc_now() -%}
    {{ return(adapter.dispatch('utc_now', 'tars_bench')()) }}
{%- endmacro %}

{% macro default__utc_now() -%}
    to_utc_timestamp(current_timestamp(), current_timezone())
{%- endmacro %}

{% macro duckdb__utc_now() -%}
    timezone('UTC', now())
{%- endmacro %}
