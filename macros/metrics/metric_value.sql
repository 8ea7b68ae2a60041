{#- The value of a metric as an aggregate.
    ratio:      over component rows (metrics_hourly, metrics_daily or rows like them);
    percentile: over fct_requests rows, exact, linear interpolation.
    Null where nothing was counted, or nobody who was there counts it (`requires`). -#}
{% macro metric_value(metric_id) -%}
    {%- set metric = metric_definition(metric_id) -%}
    {%- if metric['kind'] == 'percentile' -%}
        {{ exact_percentile(metric['value'], metric['quantile'], metric['filter']) }}
    {%- else -%}
        {%- if metric['requires'] -%}
            case when {{ weighted_sum(metric['requires']) }} > 0 then
        {%- endif %}
        {{ safe_divide(metric_numerator(metric_id), metric_denominator(metric_id)) }} * cast({{ metric['scale'] }} as double)
        {%- if metric['requires'] %} end {%- endif -%}
    {%- endif -%}
{%- endmacro %}
