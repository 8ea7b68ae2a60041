{#- The time zone that decides the calendar day: TARS_BENCH_TIMEZONE, else UTC. The name is
    put into SQL text, so only the characters of zone names pass; the engine rejects a
    name it does not know. -#}
{% macro reporting_timezone() -%}
    {%- set name = env_var('TARS_BENCH_TIMEZONE', 'UTC') -%}
    {%- if not modules.re.fullmatch('[A-Za-z0-9_+/-]+', name) -%}
        {{ exceptions.raise_compiler_error(
            'TARS_BENCH_TIMEZONE is not the name of a time zone: ' ~ name
        ) }}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro %}
