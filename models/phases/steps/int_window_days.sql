-- What the days of each phase look like: how many had no calls, a collapsed volume or
-- a burst of errors, how many were weekend days, and how many calls have a cost. A day
-- without calls is idle only if that weekday has calls in most weeks up to its end (or
-- was loaded once only), and a volume collapses against what is usual in the window
-- and on that weekday. Collapses and bursts are asked of days with calls; their
-- thresholds stand in the hygiene_thresholds seed.
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

weekdays as (

    select
        phase_windows.phase_id,
        {{ iso_weekday('metrics_daily.metric_date') }} as weekday_number,
        count(*) = 1
        or avg(case when metrics_daily.active_day_count > 0 then 1 else 0 end) > 0.5
            as is_usually_active,
        case
            when count(*) > 2
                then {{ exact_percentile(
                    'metrics_daily.request_count',
                    0.5,
                    'metrics_daily.active_day_count > 0'
                ) }}
        end as median_request_count
    from phase_windows
    inner join metrics_daily
        on phase_windows.end_date >= metrics_daily.metric_date
    where metrics_daily.day_count > 0
    group by
        phase_windows.phase_id,
        {{ iso_weekday('metrics_daily.metric_date') }}

),

place_days as (

    select
        phase_windows.phase_id,
        metrics_daily.metric_date,
        weekdays.is_usually_active,
        weekdays.median_request_count as weekday_median,
        metrics_daily.active_day_count > 0 as is_active,
        metrics_daily.request_count,
        metrics_daily.api_call_count,
        metrics_daily.api_error_count,
        metrics_daily.uncosted_api_call_count,
        metrics_daily.token_count,
        metrics_daily.uncosted_tokens
    from phase_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
    inner join weekdays
        on
            phase_windows.phase_id = weekdays.phase_id
            and {{ iso_weekday('metrics_daily.metric_date') }} = weekdays.weekday_number
    where metrics_daily.day_count > 0

),

usual_volumes as (

    select
        place_days.phase_id,
        {{ exact_percentile('place_days.request_count', 0.5, 'place_days.is_active') }}
            as median_request_count
    from place_days
    group by place_days.phase_id

),

final as (

    select
        place_days.phase_id,
        count(*) as day_count,
        count(*) filter (where place_days.is_active) as active_day_count,
        count(*) filter (
            where place_days.is_usually_active and not place_days.is_active
        ) as idle_day_count,
        count(*) filter (
            where place_days.is_active
            and {{ iso_weekday('place_days.metric_date') }} >= 6
        ) as active_weekend_day_count,
        count(*) filter (
            where place_days.is_active
            and place_days.request_count
            < day_thresholds.volume_ratio
            * least(
                usual_volumes.median_request_count,
                coalesce(
                    place_days.weekday_median, usual_volumes.median_request_count
                )
            )
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
    group by place_days.phase_id

)

select * from final
