-- Every metric of the registry over every window of the dashboard, beside the baseline,
-- from the definitions all other tables use: ratios of sums over the days of the window
-- (over the one hour for 1h), exact percentiles over its requests. Metrics divided by
-- days have no value for an hour.
with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

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

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

loaded_events as (

    select coalesce(max(metrics_daily.optimization_event_count) > 0, false) as has_any
    from metrics_daily

),

window_components as (

    select
        dashboard_windows.window_id,
        {%- for column in component_columns(additive=true) %}
            metrics_daily.{{ column }},
        {%- endfor %}
        metrics_daily.day_count,
        metrics_daily.active_day_count
    from dashboard_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between dashboard_windows.first_date and dashboard_windows.last_date
    union all
    select
        dashboard_windows.window_id,
        {%- for column in component_columns(additive=true) %}
            metrics_hourly.{{ column }},
        {%- endfor %}
        null as day_count,
        null as active_day_count
    from dashboard_windows
    inner join metrics_hourly
        on dashboard_windows.hour_at = metrics_hourly.metric_hour_at

),

sum_windows as (

    select
        window_components.window_id,
        bool_or(loaded_events.has_any) as has_event_log,
        sum(window_components.day_count) as day_count,
        sum(window_components.active_day_count) as active_day_count,
        {{ component_sums('window_components') }}
    from window_components
    cross join loaded_events
    group by window_components.window_id

),

window_requests as (

    select
        requests.*,
        dashboard_windows.window_id
    from dashboard_windows
    inner join requests
        on
            requests.requested_date
            between dashboard_windows.first_date and dashboard_windows.last_date
            or dashboard_windows.hour_at = requests.requested_hour_at
    inner join metrics_daily on requests.requested_date = metrics_daily.metric_date

),

{{ counted_windows('window_id') }},

measure_ratios as (

    select
        window_id,
        bool_or(has_event_log) as has_event_log,
        max(uncosted_api_call_count) as uncosted_api_call_count,
        max(task_count) as task_count,
        {{ metric_columns(kind='ratio') }},
        {{ metric_sample_counts() }}
    from sum_components
    group by window_id

),

stacked_metrics as (

    {{ stacked_metrics('window_id', ['sample_count']) }}

),

final as (

    select
        dashboard_windows.window_id,
        metric_definitions.metric_id,
        metric_definitions.metric_name,
        metric_definitions.unit,
        metric_definitions.direction,
        stacked_metrics.metric_value,
        baseline_metrics.metric_value as baseline_value,
        {{ safe_divide(
            'baseline_metrics.metric_value - stacked_metrics.metric_value',
            'baseline_metrics.metric_value'
        ) }} as reduction_ratio,
        cast(coalesce(stacked_metrics.sample_count, 0) as bigint) as sample_count,
        case
            when stacked_metrics.metric_value is not null then null
            when dashboard_windows.request_count = 0 then 'no request was logged'
            when stacked_metrics.is_per_day and dashboard_windows.hour_at is not null
                then 'measured per day, not per hour'
            {{ metric_missing_cause(
                'measure_ratios.task_count',
                'measure_ratios.uncosted_api_call_count',
                'dashboard_windows.api_call_count'
            ) }}
        end as missing_cause
    from dashboard_windows
    cross join metric_definitions
    left join measure_ratios on dashboard_windows.window_id = measure_ratios.window_id
    left join stacked_metrics
        on
            dashboard_windows.window_id = stacked_metrics.window_id
            and metric_definitions.metric_id = stacked_metrics.metric_id
    left join stacked_metrics as baseline_metrics
        on
            metric_definitions.metric_id = baseline_metrics.metric_id
            and baseline_metrics.window_id = 'baseline'

)

select * from final
