{#- The numerator of a ratio metric as an aggregate over component rows. `weight` is an
    optional column each row counts times. A percentile has none. -#}
{% macro metric_numerator(metric_id, weight=none) -%}
    {%- set metric = metric_definition(metric_id) -%}
    {%- if metric['kind'] == 'percentile' -%}
        cast(null as double)
    {%- else -%}
        {{ weighted_sum(metric['numerator'], weight) }}
    {%- endif -%}
{%- endmacro %}
