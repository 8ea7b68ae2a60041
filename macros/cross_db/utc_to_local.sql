{#- A naive UTC timestamp as the naive wall-clock time of the reporting time zone. -#}
{% macro utc_to_local(utc_timestamp, timezone=none) -%}
    {{ return(adapter.dispatch('utc_to_local', 'tars_bench')(
        utc_timestamp, timezone or reporting_timezone()
    )) }}
{%- endmacro %}

{% macro default__utc_to_local(utc_timestamp, timezone) -%}
    from_utc_timestamp({{ utc_timestamp }}, '{{ timezone }}')
{%- endmacro %}

{% macro duckdb__utc_to_local(utc_timestamp, timezone) -%}
    timezone('{{ timezone }}', timezone('UTC', {{ utc_timestamp }}))
{%- endmacro %}
