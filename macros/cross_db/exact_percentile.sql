{#- Exact percentile with linear interpolation, over the rows that meet `filter`. -#}
{% macro exact_percentile(value, quantile, filter='true') -%}
    {{ return(adapter.dispatch('exact_percentile', 'tars_bench')(value, quantile, filter)) }}
{%- endmacro %}

{% macro default__exact_percentile(value, quantile, filter) -%}
    percentile({{ value }}, {{ quantile }}) filter (where {{ filter }})
{%- endmacro %}

{% macro duckdb__exact_percentile(value, quantile, filter) -%}
    quantile_cont({{ value }}, {{ quantile }}) filter (where {{ filter }})
{%- endmacro %}
