{#- A select of every day from `first` to `last`, both expressions over the one-row relation
    `bounds`, as `column`. No rows when a bound is null. -#}
{% macro date_spine_between(bounds, first, last, column) -%}
    {{ return(adapter.dispatch('date_spine_between', 'tars_bench')(
        bounds, first, last, column
    )) }}
{%- endmacro %}

{% macro default__date_spine_between(bounds, first, last, column) -%}
    select explode(sequence({{ first }}, {{ last }})) as {{ column }}
    from {{ bounds }}
    where {{ first }} is not null
{%- endmacro %}

{% macro duckdb__date_spine_between(bounds, first, last, column) -%}
    select cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date)
        as {{ column }}
    from {{ bounds }}
    where {{ first }} is not null
{%- endmacro %}
