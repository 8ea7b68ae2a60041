-- What the days of each phase look like: how many had no calls, a collapsed volume or a
-- burst of errors, how many were weekend days, and how much of them has a cost.
--   missing_day_count    days without calls on a weekday (Monday to Sunday) that has
--                        calls in at least half of its weeks up to the end of the phase:
--                        a team that rests on Sundays misses none
-- Collapses and bursts are asked of days with calls; their thresholds stand in the
-- hygiene_thresholds seed.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

thresholds as (

    select * from {{ ref('hygiene_thresholds') }}

),

day_thresholds as (

    select
        max(thresholds.day_threshold) filter (
            where thresholds.check_id = 'volume_collapses'
        ) as volume_ratio,
        max(thresholds.day_threshold) filter (
            where thresholds.check_id = 'error_bursts'
        ) as error_ratio
    from thresholds

),

place_days as (

    select
        phase_windows.phase_id,
        metrics_daily.*,
        metrics_daily.active_day_count > 0 as is_active,
        {{ iso_weekday('metrics_daily.metric_date') }} as iso_weekday,
        metrics_daily.metric_date >= phase_windows.start_date as is_in_phase
    from phase_windows
    inner join metrics_daily
        on metrics_daily.metric_date <= phase_windows.end_date
    where metrics_daily.day_count > 0

),

usual_volumes as (

    select
        place_days.phase_id,
        {{ exact_percentile('place_days.request_count', 0.5, 'place_days.is_active') }}
            as median_request_count
    from place_days
    where place_days.is_in_phase
    group by place_days.phase_id

),

usual_weekdays as (

    select
        place_days.phase_id,
        place_days.iso_weekday
    from place_days
    group by
        place_days.phase_id,
        place_days.iso_weekday
    having 2 * count(*) filter (where place_days.is_active) >= count(*)

),

final as (

    select
        place_days.phase_id,
        count(*) as day_count,
        count(*) filter (where place_days.is_active) as active_day_count,
        count(*) filter (where not place_days.is_active) as idle_day_count,
        count(*) filter (
            where not place_days.is_active
            and usual_weekdays.iso_weekday is not null
        ) as missing_day_count,
        count(*) filter (
            where place_days.is_active and place_days.iso_weekday >= 6
        ) as active_weekend_day_count,
        count(*) filter (
            where place_days.is_active
            and place_days.request_count
            < day_thresholds.volume_ratio * usual_volumes.median_request_count
        ) as collapsed_day_count,
        count(*) filter (
            where place_days.is_active
            and place_days.api_error_count
            > day_thresholds.error_ratio * place_days.api_call_count
        ) as error_burst_day_count,
        sum(place_days.api_call_count) as api_call_count,
        sum(place_days.uncosted_api_call_count) as uncosted_api_call_count,
        sum(place_days.token_count) as token_count,
        sum(place_days.uncosted_tokens) as uncosted_tokens
    from place_days
    inner join usual_volumes on place_days.phase_id = usual_volumes.phase_id
    cross join day_thresholds
    left join usual_weekdays
        on
            place_days.phase_id = usual_weekdays.phase_id
            and place_days.iso_weekday = usual_weekdays.iso_weekday
    where place_days.is_in_phase
    group by place_days.phase_id

)

select * from final
