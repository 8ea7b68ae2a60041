-- What the dashboard adds up over days is the sum of metrics_daily over them.
with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

dashboard_totals as (

    select * from {{ ref('dashboard_totals') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

summed_days as (

    select
        dashboard_windows.window_id,
        sum(metrics_daily.api_call_count) as api_call_count,
        sum(metrics_daily.token_count) as token_count
    from dashboard_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between dashboard_windows.first_date and dashboard_windows.last_date
    group by dashboard_windows.window_id

)

select
    dashboard_totals.window_id,
    dashboard_totals.total_id
from dashboard_totals
inner join summed_days on dashboard_totals.window_id = summed_days.window_id
where
    (
        dashboard_totals.total_id = 'api_calls'
        and dashboard_totals.total_value is distinct from summed_days.api_call_count
    )
    or (
        dashboard_totals.total_id = 'tokens'
        and dashboard_totals.total_value is distinct from summed_days.token_count
    )
