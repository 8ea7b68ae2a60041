{#- The CTEs of a metrics table of weeks or months, up to `final`. Reads the CTEs days
    (metrics_daily) and requests (fct_requests); a request of a day that is not on the spine
    counts in no week either.
    unit: 'week' or 'month'. -#}
{% macro metrics_of_calendar(unit) -%}
{%- set window_column = unit ~ '_start_date' -%}
sum_windows as (

    select
        cast(date_trunc('{{ unit }}', days.metric_date) as date) as {{ window_column }},
        cast(sum(days.day_count) as bigint) as day_count,
        cast(sum(days.active_day_count) as bigint) as active_day_count,
        {{ component_sums('days') }}
    from days
    group by cast(date_trunc('{{ unit }}', days.metric_date) as date)

),

window_requests as (

    select
        requests.*,
        cast(date_trunc('{{ unit }}', requests.requested_date) as date)
            as {{ window_column }}
    from requests
    inner join days on requests.requested_date = days.metric_date

),

{{ metrics_of_windows(window_column, ['day_count', 'active_day_count']) }}
{%- endmacro %}
