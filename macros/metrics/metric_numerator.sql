{#- The numerator of a ratio metric as an aggregate over component rows. A percentile
    has none. -#}
{% macro metric_numerator(metric_id) -%}
    {%- set metric = metric_definition(metric_id) -%}
    {%- if metric['kind'] == 'percentile' -%}
        cast(null as double)
    {%- else -%}
        {{ weighted_sum(metric['numerator']) }}
    {%- endif -%}
{%- endmacro %}
