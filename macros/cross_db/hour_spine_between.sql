{#- As date_spine_between, for hours. -#}
{% macro hour_spine_between(bounds, first, last, column) -%}
    {{ return(adapter.dispatch('hour_spine_between', 'tars_bench')(
        bounds, first, last, column
    )) }}
{%- endmacro %}

{% macro default__hour_spine_between(bounds, first, last, column) -%}
    select explode(sequence({{ first }}, {{ last }}, interval 1 hour)) as {{ column }}
    from {{ bounds }}
    where {{ first }} is not null
{%- endmacro %}

{% macro duckdb__hour_spine_between(bounds, first, last, column) -%}
    select unnest(generate_series({{ first }}, {{ last }}, interval 1 hour)) as {{ column }}
    from {{ bounds }}
    where {{ first }} is not null
{%- endmacro %}
