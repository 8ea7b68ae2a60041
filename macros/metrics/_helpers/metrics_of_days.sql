{#- The CTEs of a metrics table of weeks or months, up to `final`: sums of the days' components,
    ratios of the sums, and percentiles anew from the requests. Reads the CTEs days
    (metrics_daily) and requests (fct_requests). Part of the configuration fingerprint.

    Args:
        periods: CTE of the periods to measure, with first_date, last_date and fingerprint.
        period_column: Their key. -#}
{% macro metrics_of_days(periods, period_column) -%}
measure_percentiles as (

    select
        {{ periods }}.{{ period_column }},
        {{ metric_columns(kind='percentile') }}
    from requests
    inner join {{ periods }}
        on
            requests.requested_date
            between {{ periods }}.first_date and {{ periods }}.last_date
    group by {{ periods }}.{{ period_column }}

),

sum_components as (

    select
        {{ periods }}.{{ period_column }},
        {{ periods }}.fingerprint,
        cast(sum(days.day_count) as bigint) as day_count,
        cast(sum(days.active_day_count) as bigint) as active_day_count,
        {{ component_sums('days') }}
    from {{ periods }}
    inner join days
        on days.metric_date between {{ periods }}.first_date and {{ periods }}.last_date
    group by
        {{ periods }}.{{ period_column }},
        {{ periods }}.fingerprint

),

{{ metrics_of_sums(period_column, ['day_count', 'active_day_count']) }}
{%- endmacro %}
