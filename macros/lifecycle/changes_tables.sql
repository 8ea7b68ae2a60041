{#- Whether the running dbt command can change or judge tables, so that it is recorded. -#}
{% macro changes_tables() -%}
    {{ return(execute and flags.WHICH in ['build', 'run', 'retry', 'seed', 'test']) }}
{%- endmacro %}
