{#- The last CTEs of a metrics table, up to `final` with its columns in the order of the
    contract: see counted_windows for what it reads.

    Args:
        window_column: Key of the windows.
        day_counts: Columns of sum_windows that count days; none for hours.
        per_hour: Leave out the metrics that are divided by days. -#}
{% macro metrics_of_windows(window_column, day_counts=[], per_hour=false) -%}
{{ counted_windows(window_column) }},

measure_ratios as (

    select
        {{ window_column }},
        {{ metric_columns(kind='ratio', per_hour=per_hour) }}
    from sum_components
    group by {{ window_column }}

),

final as (

    select
        sum_components.{{ window_column }},
        {%- for column in day_counts %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for column in component_columns() %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for metric_id in metric_ids(per_hour=per_hour) %}
            {{ 'measure_percentiles' if metric_id in metric_ids(kind='percentile')
                else 'measure_ratios' }}.{{ metric_id }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from sum_components
    inner join measure_ratios
        on sum_components.{{ window_column }} = measure_ratios.{{ window_column }}
    left join measure_percentiles
        on sum_components.{{ window_column }} = measure_percentiles.{{ window_column }}

)
{%- endmacro %}
