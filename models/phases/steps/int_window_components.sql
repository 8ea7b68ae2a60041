-- Every window that is looked at, with everything that is counted in it and the
-- percentiles; null where it has no day or hour. A window is `phase/<phase_id>`, or it
-- ends where the loaded data end, not now: 1d, 7d, 30d are the last day with a request
-- and the days up to it, 1h is the last hour of UTC with one. A request on no day of
-- metrics_daily (its clock was wrong) ends nothing and counts in no window.
{%- set columns = component_columns(additive=true) %}
with phases as (

    select * from {{ ref('phases') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

metrics_hourly as (

    select * from {{ ref('metrics_hourly') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

data_ends as (

    select
        max(requests.requested_at) as data_until_at,
        max(requests.requested_hour_at) as last_hour_at,
        max(requests.requested_date) as last_date
    from requests
    inner join metrics_daily on requests.requested_date = metrics_daily.metric_date

),

windows as (

    select
        'phase/' || phases.phase_id as window_id,
        cast(null as timestamp) as hour_at,
        phases.start_date as first_date,
        phases.end_date as last_date
    from phases
    {%- for days in [1, 7, 30] %}
        union all
        select
            '{{ days }}d' as window_id,
            null as hour_at,
            cast(data_ends.last_date - {{ days - 1 }} as date) as first_date,
            data_ends.last_date
        from data_ends
    {%- endfor %}
    union all
    select
        '1h' as window_id,
        data_ends.last_hour_at as hour_at,
        null as first_date,
        null as last_date
    from data_ends

),

component_rows as (

    select
        windows.window_id,
        metrics_daily.metric_date,
        metrics_daily.day_count,
        metrics_daily.active_day_count,
        metrics_daily.{{ columns | join(', metrics_daily.') }}
    from windows
    inner join metrics_daily
        on metrics_daily.metric_date between windows.first_date and windows.last_date
    union all
    select
        windows.window_id,
        null as metric_date,
        null as day_count,
        null as active_day_count,
        metrics_hourly.{{ columns | join(', metrics_hourly.') }}
    from windows
    inner join metrics_hourly on windows.hour_at = metrics_hourly.metric_hour_at

),

sum_windows as (

    select
        component_rows.window_id,
        min(case when component_rows.day_count > 0 then component_rows.metric_date end)
            as first_loaded_date,
        max(case when component_rows.day_count > 0 then component_rows.metric_date end)
            as last_loaded_date,
        sum(component_rows.day_count) as day_count,
        sum(component_rows.active_day_count) as active_day_count,
        {{ component_sums('component_rows') }}
    from component_rows
    group by component_rows.window_id

),

window_requests as (

    select
        requests.*,
        windows.window_id
    from windows
    inner join requests
        on
            requests.requested_date between windows.first_date and windows.last_date
            or windows.hour_at = requests.requested_hour_at
    inner join metrics_daily on requests.requested_date = metrics_daily.metric_date

),

{{ counted_windows('window_id') }},

final as (

    select
        windows.window_id,
        windows.hour_at,
        windows.first_date,
        windows.last_date,
        sum_components.first_loaded_date,
        sum_components.last_loaded_date,
        sum_components.day_count,
        sum_components.active_day_count,
        {%- for column in component_columns() %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for metric_id in metric_ids(kind='percentile') %}
            measure_percentiles.{{ metric_id }},
        {%- endfor %}
        data_ends.data_until_at
    from windows
    cross join data_ends
    left join sum_components on windows.window_id = sum_components.window_id
    left join measure_percentiles on windows.window_id = measure_percentiles.window_id

)

select * from final
