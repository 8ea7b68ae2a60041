-- Every metric of the registry for every phase. A metric a phase has no data for keeps
-- its row: a null value and the cause. What counts entries of the optimisation log is
-- unknown, not zero, while no such log was loaded.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

window_metrics as (

    select * from {{ ref('int_window_metrics') }}

),

phase_metrics as (

    select
        window_metrics.*,
        phase_windows.phase_id,
        phase_windows.day_count,
        phase_windows.active_day_count,
        phase_windows.request_count,
        case
            when phase_windows.has_event_log or not window_metrics.is_of_event_log
                then window_metrics.metric_value
        end as known_value
    from phase_windows
    inner join window_metrics
        on 'phase/' || phase_windows.phase_id = window_metrics.window_id

),

final as (

    select
        phase_id,
        metric_id,
        unit,
        direction,
        known_value as metric_value,
        numerator,
        denominator,
        sample_count,
        day_count,
        active_day_count,
        case
            when known_value is not null then null
            when day_count = 0 then 'no data were logged'
            when request_count = 0 then 'no request was logged'
            else missing_cause
        end as missing_cause
    from phase_metrics

)

select * from final
