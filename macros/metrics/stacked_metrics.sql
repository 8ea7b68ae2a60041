{#- One row per window and metric, from the CTEs measure_ratios and measure_percentiles, which
    hold one column per metric. A metric that counts entries of the optimization log is null
    where measure_ratios.has_event_log is not true.

    Args:
        window_column: Key of both CTEs.
        parts: What else measure_ratios holds of each metric, as <metric>_<part>. -#}
{% macro stacked_metrics(window_column, parts) -%}
    {%- for metric_id in metric_ids() %}
        {%- set measured = metric_relation(metric_id) ~ '.' ~ metric_id %}
        select
            measure_ratios.{{ window_column }},
            '{{ metric_id }}' as metric_id,
            {{ metric_id not in metric_ids(per_hour=true) }} as is_per_day,
            {%- if metric_needs_event_log(metric_id) %}
            case when measure_ratios.has_event_log then {{ measured }} end
            {%- else %}
            {{ measured }}
            {%- endif %} as metric_value
            {%- for part in parts %},
            measure_ratios.{{ metric_id }}_{{ part }} as {{ part }}
            {%- endfor %}
        from measure_ratios
        {%- if metric_relation(metric_id) != 'measure_ratios' %}
        left join measure_percentiles
            on measure_ratios.{{ window_column }} = measure_percentiles.{{ window_column }}
        {%- endif %}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
