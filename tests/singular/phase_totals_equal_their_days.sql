-- Days add up to phases: counts and costs exactly. A phase has no more tasks than its
-- days together, and no fewer than the busiest of them.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

summed_days as (

    select
        phase_windows.phase_id,
        case
            when count(metrics_daily.cost_usd) = count(*)
                then sum(metrics_daily.cost_usd)
        end as cost_usd,
        sum(metrics_daily.api_call_count) as api_call_count,
        sum(metrics_daily.request_count) as request_count,
        sum(metrics_daily.token_count) as token_count,
        sum(metrics_daily.task_count) as task_count,
        max(metrics_daily.task_count) as busiest_task_count
    from phase_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
    group by phase_windows.phase_id

),

final as (

    select
        summed_days.phase_id,
        summed_days.cost_usd,
        phase_windows.cost_usd as phase_cost_usd
    from summed_days
    inner join phase_windows on summed_days.phase_id = phase_windows.phase_id
    left join phase_metrics as cost_metric
        on
            summed_days.phase_id = cost_metric.phase_id
            and cost_metric.metric_id = 'daily_cost'
    left join phase_metrics as call_metric
        on
            summed_days.phase_id = call_metric.phase_id
            and call_metric.metric_id = 'api_calls_per_day'
    where
        summed_days.cost_usd is distinct from phase_windows.cost_usd
        or summed_days.api_call_count is distinct from phase_windows.api_call_count
        or summed_days.request_count is distinct from phase_windows.request_count
        or summed_days.token_count is distinct from phase_windows.token_count
        or phase_windows.task_count
        not between summed_days.busiest_task_count and summed_days.task_count
        or cast(summed_days.cost_usd as double) is distinct from cost_metric.numerator
        or cast(summed_days.api_call_count as double)
        is distinct from call_metric.numerator

)

select * from final
