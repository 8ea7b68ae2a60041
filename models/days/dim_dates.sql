-- The days of the spine and of every phase, so that a planned day without data has a
-- row.
with days as (

    select * from {{ ref('int_reporting_days') }}

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

final as (

    select
        calendar.calendar_date,
        phases.phase_id,
        cast(date_trunc('week', calendar.calendar_date) as date) as week_start_date,
        cast(date_trunc('month', calendar.calendar_date) as date) as month_start_date,
        cast(extract(year from calendar.calendar_date) as integer) as calendar_year,
        cast(extract(month from calendar.calendar_date) as integer) as calendar_month,
        {{ iso_weekday('calendar.calendar_date') }} as iso_weekday,
        {{ iso_weekday('calendar.calendar_date') }} >= 6 as is_weekend,
        coalesce(days.day_count, 0) = 1 as is_loaded
    from calendar
    left join days
        on calendar.calendar_date = days.metric_date
    left join phases
        on calendar.calendar_date between phases.start_date and phases.end_date

)

select * from final
