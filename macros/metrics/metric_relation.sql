{#- Which CTE of a metrics table holds a metric: ratios and percentiles are measured over
    different rows. -#}
{% macro metric_relation(metric_id) -%}
    {%- if metric_definition(metric_id)['kind'] == 'percentile' -%}
        measure_percentiles
    {%- else -%}
        measure_ratios
    {%- endif -%}
{%- endmacro %}
