-- How much of each window lies before the first optimization event of the log, and how
-- much on its day or after. Without any event all of it lies before.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

optimization_events as (

    select * from {{ ref('fct_optimization_events') }}

),

first_event as (

    select min(optimization_events.occurred_date) as first_event_date
    from optimization_events
    where optimization_events.strategy_id is not null

),

split_days as (

    select
        phase_windows.phase_id,
        metrics_daily.active_day_count,
        metrics_daily.api_call_count,
        coalesce(first_event.first_event_date <= metrics_daily.metric_date, false)
            as is_optimized
    from phase_windows
    cross join first_event
    left join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date

),

final as (

    select
        split_days.phase_id,
        coalesce(
            sum(split_days.active_day_count) filter (where split_days.is_optimized), 0
        ) as optimized_day_count,
        coalesce(
            sum(split_days.active_day_count) filter (where not split_days.is_optimized),
            0
        ) as unoptimized_day_count,
        coalesce(
            sum(split_days.api_call_count) filter (where not split_days.is_optimized), 0
        ) as unoptimized_call_count
    from split_days
    group by split_days.phase_id

)

select * from final
