-- The plan's days with their week of measuring, and what of each is loaded. A week of
-- measuring has at most seven days and ends with a phase where it can: phases that fit
-- into seven days share a week, a longer phase takes several, each phase that does not
-- fit begins the next. Of the specification's plan that makes the four weeks it names.
{%- set days = 7 %}

with recursive phases as (

    select * from {{ ref('phases') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

ordered_phases as (

    select
        phases.phase_id,
        phases.phase_order,
        phases.start_date,
        phases.end_date,
        row_number() over (order by phases.start_date) as phase_position
    from phases

),

placed_phases as (

    select
        ordered_phases.*,
        1 as first_week_number,
        ordered_phases.start_date as first_week_date
    from ordered_phases
    where ordered_phases.phase_position = 1
    union all
    select
        ordered_phases.*,
        case
            when ordered_phases.end_date - placed_phases.first_week_date < {{ days }}
                then placed_phases.first_week_number
            else
                placed_phases.first_week_number + 1
                + (placed_phases.end_date - placed_phases.first_week_date)
                // {{ days }}
        end as first_week_number,
        case
            when ordered_phases.end_date - placed_phases.first_week_date < {{ days }}
                then placed_phases.first_week_date
            else ordered_phases.start_date
        end as first_week_date
    from placed_phases
    inner join ordered_phases
        on placed_phases.phase_position + 1 = ordered_phases.phase_position

),

bounds as (

    select
        min(ordered_phases.start_date) as first_date,
        max(ordered_phases.end_date) as last_date
    from ordered_phases

),

spine as (

    {{ date_spine_between('bounds', 'first_date', 'last_date', 'planned_date') }}

),

numbered_days as (

    select
        spine.planned_date,
        placed_phases.phase_id,
        placed_phases.phase_order,
        placed_phases.first_week_number
        + (spine.planned_date - placed_phases.first_week_date) // {{ days }}
            as week_number
    from spine
    inner join placed_phases
        on
            spine.planned_date
            between placed_phases.start_date and placed_phases.end_date

),

final as (

    select
        numbered_days.planned_date,
        numbered_days.phase_id,
        numbered_days.phase_order,
        cast(numbered_days.week_number as integer) as week_number,
        cast(
            numbered_days.planned_date
            - min(numbered_days.planned_date) over (
                partition by numbered_days.week_number
            ) + 1 as integer
        ) as week_day_number,
        cast(coalesce(metrics_daily.request_count, 0) as bigint) as request_count,
        cast(coalesce(metrics_daily.api_call_count, 0) as bigint) as api_call_count,
        coalesce(metrics_daily.day_count > 0, false) as is_loaded,
        coalesce(metrics_daily.active_day_count > 0, false) as is_active
    from numbered_days
    left join metrics_daily on numbered_days.planned_date = metrics_daily.metric_date

)

select * from final
