{#- The last CTEs of a metrics table, from the CTE sum_components (one row per period, with its
    fingerprint) and the CTE measure_percentiles: the ratios, and `final` with its columns in
    the order of the contract.

    Args:
        period_column: Key of both CTEs.
        day_counts: Columns of sum_components that count days; none for hours.
        per_hour: Leave out the metrics that are divided by days. -#}
{% macro metrics_of_sums(period_column, day_counts, per_hour=false) -%}
measure_ratios as (

    select
        {{ period_column }},
        {{ metric_columns(kind='ratio', per_hour=per_hour) }}
    from sum_components
    group by {{ period_column }}

),

final as (

    select
        sum_components.{{ period_column }},
        {%- for column in day_counts %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for column in component_columns() %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for metric_id in metric_ids(per_hour=per_hour) %}
            {{ metric_relation(metric_id) }}.{{ metric_id }},
        {%- endfor %}
        sum_components.fingerprint
    from sum_components
    inner join measure_ratios
        on sum_components.{{ period_column }} = measure_ratios.{{ period_column }}
    left join measure_percentiles
        on sum_components.{{ period_column }} = measure_percentiles.{{ period_column }}

)
{%- endmacro %}
