-- Every metric of the registry over every window of the dashboard, beside the baseline.
-- Metrics divided by days have no value for an hour.
with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

window_metrics as (

    select * from {{ ref('int_window_metrics') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

loaded_events as (

    select coalesce(max(metrics_daily.optimization_event_count) > 0, false) as has_any
    from metrics_daily

),

measured_metrics as (

    select
        window_metrics.*,
        dashboard_windows.window_id as dashboard_window_id,
        case
            when loaded_events.has_any or not window_metrics.is_of_event_log
                then window_metrics.metric_value
        end as known_value
    from dashboard_windows
    cross join loaded_events
    inner join window_metrics
        on
            coalesce(
                'phase/' || dashboard_windows.phase_id, dashboard_windows.window_id
            )
            = window_metrics.window_id

),

final as (

    select
        dashboard_windows.window_id,
        metric_definitions.metric_id,
        metric_definitions.metric_name,
        metric_definitions.unit,
        metric_definitions.direction,
        measured_metrics.known_value as metric_value,
        baseline_metrics.known_value as baseline_value,
        {{ safe_divide(
            'baseline_metrics.known_value - measured_metrics.known_value',
            'baseline_metrics.known_value'
        ) }} as reduction_ratio,
        cast(coalesce(measured_metrics.sample_count, 0) as bigint) as sample_count,
        case
            when measured_metrics.known_value is not null then null
            when dashboard_windows.request_count = 0 then 'no request was logged'
            when measured_metrics.is_per_day and dashboard_windows.hour_at is not null
                then 'measured per day, not per hour'
            else measured_metrics.missing_cause
        end as missing_cause
    from dashboard_windows
    cross join metric_definitions
    left join measured_metrics
        on
            dashboard_windows.window_id = measured_metrics.dashboard_window_id
            and metric_definitions.metric_id = measured_metrics.metric_id
    left join measured_metrics as baseline_metrics
        on
            metric_definitions.metric_id = baseline_metrics.metric_id
            and baseline_metrics.dashboard_window_id = 'baseline'

)

select * from final
