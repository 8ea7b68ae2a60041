-- How the bill per calendar day moved. Where the log ends early on the last day of a
-- window, that day is no whole one: the figures are then those of the whole days before
-- it, without an interval, and how the bill moved cannot be told.

with intervals as (

    select * from {{ ref('proof_intervals') }}
    where metric_id = 'daily_cost_calendar'

),

cut_off_checks as (

    select * from {{ ref('hygiene_checks') }}
    where check_id = 'last_day_cut_off' and status = 'serious'

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

cut_off_windows as (

    select
        phase_id,
        phase_id as window_id,
        phase_reading > 0 as is_cut_off
    from cut_off_checks
    union all
    select
        phase_id,
        baseline_phase_id as window_id,
        baseline_reading > 0 as is_cut_off
    from cut_off_checks

),

whole_days as (

    select
        cut_off_windows.phase_id,
        cut_off_windows.window_id,
        {{ safe_divide(
            'sum(metrics_daily.daily_cost_calendar)', 'sum(metrics_daily.day_count)'
        ) }} as usd_per_day
    from cut_off_windows
    inner join phase_windows on cut_off_windows.window_id = phase_windows.phase_id
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
            and (
                not cut_off_windows.is_cut_off
                or phase_windows.last_loaded_date > metrics_daily.metric_date
            )
    where metrics_daily.day_count > 0
    group by cut_off_windows.phase_id, cut_off_windows.window_id

),

told as (

    select
        intervals.*,
        cut_off_checks.check_id as cut_off_check_id,
        cut_off_checks.observed_value,
        cut_off_checks.serious_threshold,
        baseline_days.usd_per_day as baseline_usd_per_day,
        phase_days.usd_per_day as phase_usd_per_day,
        case
            when cut_off_checks.check_id is not null then 'cannot_be_told'
            when
                intervals.baseline_value is null
                or intervals.phase_value is null
                then 'cannot_be_told'
            when intervals.verdict = 'improved' then 'fell'
            when intervals.verdict = 'regressed' then 'rose'
            when intervals.verdict = 'no clear change' then 'no_clear_change'
            else 'cannot_be_told'
        end as answer
    from intervals
    left join cut_off_checks on intervals.phase_id = cut_off_checks.phase_id
    left join whole_days as baseline_days
        on
            intervals.phase_id = baseline_days.phase_id
            and intervals.baseline_phase_id = baseline_days.window_id
    left join whole_days as phase_days
        on
            intervals.phase_id = phase_days.phase_id
            and intervals.phase_id = phase_days.window_id

),

final as (

    select
        phase_id,
        baseline_phase_id,
        answer,
        interval_basis,
        placebo_pair_count,
        placebo_as_large_count,
        case
            when cut_off_check_id is null then baseline_value
            else baseline_usd_per_day
        end as baseline_value,
        case
            when cut_off_check_id is null then phase_value else phase_usd_per_day
        end as phase_value,
        case
            when cut_off_check_id is null then change_ratio
            else {{ safe_divide('phase_usd_per_day', 'baseline_usd_per_day') }} - 1
        end as change_ratio,
        case when cut_off_check_id is null then change_ratio_low end
            as change_ratio_low,
        case when cut_off_check_id is null then change_ratio_high end
            as change_ratio_high,
        case
            when cut_off_check_id is null then change_value
            else phase_usd_per_day - baseline_usd_per_day
        end as usd_per_day_change,
        case when cut_off_check_id is null then change_value_low end
            as usd_per_day_change_low,
        case when cut_off_check_id is null then change_value_high end
            as usd_per_day_change_high,
        case
            when answer in ('fell', 'rose') then null
            when cut_off_check_id is not null then 'last_day_cut_off'
            when answer = 'no_clear_change' then 'chance'
            when baseline_value is null or phase_value is null then 'cost_unknown'
            else 'too_little_data'
        end as reason_code,
        coalesce(cut_off_check_id, metric_id) as reason_metric_id,
        observed_value as reason_value,
        serious_threshold as reason_limit
    from told

)

select * from final
