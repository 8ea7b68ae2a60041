-- The spans of time the dashboard looks at. They end where the loaded data end, not
-- now, so that data of last year still have a last hour and a last day. A request that
-- is on no day of metrics_daily (its clock was wrong) ends nothing.
--   1h            the last hour of UTC with a request
--   1d, 7d, 30d   the last day with a request, and the days up to it
--   phase         the phase that day belongs to, as far as it is loaded
--   baseline      what the others are compared with

with requests as (

    select * from {{ ref('fct_requests') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

metrics_hourly as (

    select * from {{ ref('metrics_hourly') }}

),

phases as (

    select * from {{ ref('phases') }}

),

data_ends as (

    select
        max(requests.requested_at) as last_request_at,
        max(requests.requested_hour_at) as last_hour_at,
        max(requests.requested_date) as last_date
    from requests
    inner join metrics_daily on requests.requested_date = metrics_daily.metric_date

),

baselines as (

    select
        phases.phase_id,
        phases.phase_name,
        phases.start_date,
        phases.end_date
    from phases
    where phases.is_baseline
    order by phases.phase_order
    limit 1

),

chosen_windows as (

    select
        '1h' as window_id,
        cast(null as varchar) as phase_id,
        'Last hour' as window_name,
        1 as window_order,
        data_ends.last_hour_at as hour_at,
        cast(null as date) as first_date,
        cast(null as date) as last_date
    from data_ends
    union all
    select
        '1d' as window_id,
        null as phase_id,
        'Last day' as window_name,
        2 as window_order,
        null as hour_at,
        data_ends.last_date as first_date,
        data_ends.last_date
    from data_ends
    union all
    select
        '7d' as window_id,
        null as phase_id,
        'Last 7 days' as window_name,
        3 as window_order,
        null as hour_at,
        cast(data_ends.last_date - 6 as date) as first_date,
        data_ends.last_date
    from data_ends
    union all
    select
        '30d' as window_id,
        null as phase_id,
        'Last 30 days' as window_name,
        4 as window_order,
        null as hour_at,
        cast(data_ends.last_date - 29 as date) as first_date,
        data_ends.last_date
    from data_ends
    union all
    select
        'phase' as window_id,
        phases.phase_id,
        coalesce(phases.phase_name, 'No phase') as window_name,
        5 as window_order,
        null as hour_at,
        phases.start_date as first_date,
        phases.end_date as last_date
    from data_ends
    left join phases
        on data_ends.last_date between phases.start_date and phases.end_date
    union all
    select
        'baseline' as window_id,
        baselines.phase_id,
        baselines.phase_name as window_name,
        6 as window_order,
        null as hour_at,
        baselines.start_date as first_date,
        baselines.end_date as last_date
    from baselines

),

counted_days as (

    select
        chosen_windows.window_id,
        sum(metrics_daily.day_count) as day_count,
        sum(metrics_daily.active_day_count) as active_day_count,
        sum(metrics_daily.request_count) as request_count,
        sum(metrics_daily.api_call_count) as api_call_count,
        sum(metrics_daily.day_count) filter (
            where metrics_daily.metric_date
            between baselines.start_date and baselines.end_date
        ) as baseline_day_count
    from chosen_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between chosen_windows.first_date and chosen_windows.last_date
    left join baselines on true
    group by chosen_windows.window_id

),

counted_hours as (

    select
        chosen_windows.window_id,
        metrics_hourly.request_count,
        metrics_hourly.api_call_count
    from chosen_windows
    inner join metrics_hourly
        on chosen_windows.hour_at = metrics_hourly.metric_hour_at

),

final as (

    select
        chosen_windows.window_id,
        chosen_windows.phase_id,
        chosen_windows.window_name,
        chosen_windows.window_order,
        chosen_windows.hour_at,
        chosen_windows.first_date,
        chosen_windows.last_date,
        cast(
            coalesce(chosen_windows.last_date - chosen_windows.first_date + 1, 0)
            as bigint
        ) as planned_day_count,
        cast(coalesce(counted_days.day_count, 0) as bigint) as day_count,
        cast(coalesce(counted_days.active_day_count, 0) as bigint) as active_day_count,
        cast(coalesce(counted_days.baseline_day_count, 0) as bigint)
            as baseline_day_count,
        cast(
            coalesce(counted_days.request_count, counted_hours.request_count, 0)
            as bigint
        ) as request_count,
        cast(
            coalesce(counted_days.api_call_count, counted_hours.api_call_count, 0)
            as bigint
        ) as api_call_count,
        data_ends.last_request_at as data_until_at
    from chosen_windows
    cross join data_ends
    left join counted_days on chosen_windows.window_id = counted_days.window_id
    left join counted_hours on chosen_windows.window_id = counted_hours.window_id

)

select * from final
