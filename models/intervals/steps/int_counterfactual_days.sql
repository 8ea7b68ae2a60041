-- Every day of a phase and of its baseline with what it would have cost as the
-- baseline worked: cost = mean of the kind of day + slope × (driver − its mean on
-- such days), by least squares over the baseline's days. Taking off the means gives
-- the slope of a regression with an intercept for each kind of day (Frisch and Waugh
-- 1933). The driver `days` is the same on each: its model is the mean day of the
-- baseline. Kinds of day: each weekday where the baseline has three weeks, else working
-- days and weekends where it has two days of both, else one kind.
with phase_windows as (
    select * from {{ ref('phase_windows') }}
),

metrics_daily as (
    select * from {{ ref('metrics_daily') }}
),

windows as (
    select
        phases.phase_id,
        baselines.first_loaded_date as baseline_start_date,
        baselines.last_loaded_date as baseline_end_date,
        phases.first_loaded_date as phase_start_date,
        phases.last_loaded_date as phase_end_date
    from phase_windows as phases
    inner join phase_windows as baselines
        on phases.baseline_phase_id = baselines.phase_id
    where not phases.is_baseline
),

driven as (
    select
        windows.phase_id,
        drivers.driver_id,
        loaded.metric_date,
        loaded.metric_date
        between windows.baseline_start_date and windows.baseline_end_date
            as is_baseline_day,
        {{ iso_weekday('loaded.metric_date') }} as weekday_number,
        cast(loaded.cost_usd as double) as cost_usd,
        cast(
            case drivers.driver_id
                when 'tasks' then loaded.task_count
                when 'api_calls' then loaded.api_call_count
                else loaded.day_count
            end as double
        ) as driver_value
    from windows
    cross join (values ('tasks'), ('api_calls'), ('days')) as drivers (driver_id)
    inner join metrics_daily as loaded
        on
            loaded.metric_date
            between windows.baseline_start_date and windows.baseline_end_date
            or loaded.metric_date
            between windows.phase_start_date and windows.phase_end_date
),

counted as (
    select
        driven.*,
        count(*) filter (where driven.is_baseline_day) over alike as baseline_days,
        count(*) filter (where driven.is_baseline_day and driven.weekday_number >= 6)
            over alike as baseline_weekend_days
    from driven
    where driven.cost_usd is not null and driven.driver_value is not null
    window alike as (partition by driven.phase_id, driven.driver_id)
),

classed as (
    select
        counted.*,
        case
            when
                counted.baseline_days >= {{ var('counterfactual_weekday_days_min') }}
                and counted.driver_id <> 'days'
                then 'weekday ' || counted.weekday_number
            when
                counted.driver_id = 'days'
                or counted.baseline_weekend_days < 2
                or counted.baseline_days - counted.baseline_weekend_days < 2
                then 'day'
            when counted.weekday_number >= 6 then 'weekend'
            else 'working day'
        end as day_class
    from counted
),

centred as (
    select
        classed.*,
        count(*) filter (where classed.is_baseline_day) over alike as class_day_count,
        avg(classed.cost_usd) filter (where classed.is_baseline_day) over alike
            as class_cost_usd,
        classed.driver_value
        - avg(classed.driver_value) filter (where classed.is_baseline_day) over alike
            as driver_deviation
    from classed
    window
        alike as (
            partition by classed.phase_id, classed.driver_id, classed.day_class
            order by classed.metric_date
            rows between unbounded preceding and unbounded following
        )
),

slopes as (
    select
        centred.phase_id,
        centred.driver_id,
        sum(pow(centred.driver_deviation, 2) order by centred.metric_date)
            as driver_deviation_squares,
        coalesce(
            sum(
                centred.driver_deviation * (centred.cost_usd - centred.class_cost_usd)
                order by centred.metric_date
            )
            / nullif(
                sum(pow(centred.driver_deviation, 2) order by centred.metric_date), 0
            ),
            0
        ) as slope_usd
    from centred
    where centred.is_baseline_day
    group by centred.phase_id, centred.driver_id
),

final as (
    select
        centred.phase_id,
        centred.driver_id,
        centred.metric_date,
        centred.is_baseline_day,
        centred.day_class,
        centred.class_day_count,
        centred.driver_value,
        centred.driver_deviation,
        slopes.driver_deviation_squares,
        slopes.slope_usd,
        centred.cost_usd,
        centred.class_cost_usd + slopes.slope_usd * centred.driver_deviation
            as counterfactual_usd,
        centred.cost_usd - centred.class_cost_usd
        - slopes.slope_usd * centred.driver_deviation as residual_usd,
        1.0 / nullif(centred.class_day_count, 0)
        + coalesce(
            pow(centred.driver_deviation, 2)
            / nullif(slopes.driver_deviation_squares, 0),
            0
        ) as leverage
    from centred
    inner join slopes
        on centred.phase_id = slopes.phase_id and centred.driver_id = slopes.driver_id
)

select * from final
