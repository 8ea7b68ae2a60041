-- The days of the spine and of every phase, so that a planned day without data has a
-- row, and what the month had come to in the evening of each loaded day:
--   projected = cost so far + days to come × mean daily cost so far
--   half      = t × s × √(left + left² / n), of n loaded days and `left` to come; what
--               is spent is spent, so the lower end is never below it
with days as (
    select * from {{ ref('int_reporting_days') }}
),

metrics_daily as (
    select * from {{ ref('metrics_daily') }}
),

phases as (
    select * from {{ ref('phases') }}
),

planned_days as (

    {{ date_spine_between('phases', 'start_date', 'end_date', 'calendar_date') }}

),

calendar as (
    select days.metric_date as calendar_date
    from days
    union
    select planned_days.calendar_date
    from planned_days
),

dated as (
    select
        calendar.calendar_date,
        cast(date_trunc('month', calendar.calendar_date) as date) as month_start_date,
        cast(
            date_trunc('month', calendar.calendar_date) + interval '1' month as date
        ) as next_month_date,
        coalesce(days.day_count, 0) = 1 as is_loaded,
        cast(metrics_daily.cost_usd as double) as cost_usd
    from calendar
    left join days
        on calendar.calendar_date = days.metric_date
    left join metrics_daily
        on calendar.calendar_date = metrics_daily.metric_date and days.day_count = 1
),

running as (
    select
        dated.*,
        cast(dated.next_month_date - dated.month_start_date as bigint)
            as month_day_count,
        cast(dated.next_month_date - dated.calendar_date - 1 as bigint)
            as month_days_left,
        case
            when dated.is_loaded
                then count(*) filter (where dated.is_loaded) over so_far
        end as month_loaded_day_count,
        -- Unknown as soon as the cost of one loaded day is.
        case
            when
                dated.is_loaded
                and count(*) filter (where dated.is_loaded) over so_far
                = count(dated.cost_usd) over so_far
                then sum(dated.cost_usd) over so_far
        end as month_cost_usd,
        stddev_samp(dated.cost_usd) over so_far as cost_deviation
    from dated
    window so_far as (
        partition by dated.month_start_date order by dated.calendar_date
    )
),

projected as (
    select
        running.*,
        running.month_cost_usd / nullif(running.month_loaded_day_count, 0)
            as month_usd_per_day,
        running.month_cost_usd / nullif(running.month_loaded_day_count, 0)
        * running.month_days_left as usd_to_come,
        {{ normal_quantile() }}
        * {{ small_sample_factor('running.month_loaded_day_count - 1') }}
        * running.cost_deviation
        * sqrt(
            running.month_days_left
            + pow(running.month_days_left, 2)
            / nullif(running.month_loaded_day_count, 0)
        ) as half_width_usd
    from running
),

final as (
    select
        projected.calendar_date,
        phases.phase_id,
        cast(date_trunc('week', projected.calendar_date) as date) as week_start_date,
        projected.month_start_date,
        cast(extract(year from projected.calendar_date) as integer) as calendar_year,
        cast(extract(month from projected.calendar_date) as integer) as calendar_month,
        {{ iso_weekday('projected.calendar_date') }} as iso_weekday,
        {{ iso_weekday('projected.calendar_date') }} >= 6 as is_weekend,
        projected.is_loaded,
        projected.month_day_count,
        projected.month_days_left,
        projected.month_loaded_day_count,
        projected.month_cost_usd,
        projected.month_usd_per_day,
        projected.month_cost_usd + projected.usd_to_come as month_projected_usd,
        case
            when projected.half_width_usd is not null
                then
                    projected.month_cost_usd
                    + greatest(projected.usd_to_come - projected.half_width_usd, 0)
        end as month_projected_usd_low,
        projected.month_cost_usd + projected.usd_to_come + projected.half_width_usd
            as month_projected_usd_high
    from projected
    left join phases
        on projected.calendar_date between phases.start_date and phases.end_date
)

select * from final
