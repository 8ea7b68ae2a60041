-- The spans of time the dashboard looks at. They end where the loaded data end, not
-- now, so that data of last year still have a last hour and a last day.
--   1h            the last hour of UTC with a request
--   1d, 7d, 30d   the last day with a request, and the days up to it
--   phase         the phase that day belongs to, as far as it is loaded
--   baseline      what the others are compared with

with windows as (

    select * from {{ ref('int_window_components') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

phases as (

    select * from {{ ref('phases') }}

),

data_ends as (

    select
        windows.last_date,
        windows.data_until_at
    from windows
    where windows.window_id = '1d'

),

baselines as (

    select phases.*
    from phases
    where phases.is_baseline
    order by phases.phase_order
    limit 1

),

chosen_windows as (
    {% for window_id, window_name in [
        ('1h', 'Last hour'), ('1d', 'Last day'), ('7d', 'Last 7 days'),
        ('30d', 'Last 30 days'),
    ] %}
        select
            '{{ window_id }}' as window_id,
            cast(null as varchar) as phase_id,
            '{{ window_name }}' as window_name,
            {{ loop.index }} as window_order
        union all
    {%- endfor %}
    select
        'phase' as window_id,
        phases.phase_id,
        coalesce(phases.phase_name, 'No phase') as window_name,
        5 as window_order
    from data_ends
    left join phases
        on data_ends.last_date between phases.start_date and phases.end_date
    union all
    select
        'baseline' as window_id,
        baselines.phase_id,
        baselines.phase_name as window_name,
        6 as window_order
    from baselines

),

placed_windows as (

    select
        chosen_windows.*,
        windows.hour_at,
        windows.first_date,
        windows.last_date,
        windows.day_count,
        windows.active_day_count,
        windows.request_count,
        windows.api_call_count
    from chosen_windows
    left join windows
        on
            coalesce('phase/' || chosen_windows.phase_id, chosen_windows.window_id)
            = windows.window_id

),

baseline_days as (

    select
        placed_windows.window_id,
        sum(metrics_daily.day_count) as day_count
    from placed_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between placed_windows.first_date and placed_windows.last_date
    inner join baselines
        on
            metrics_daily.metric_date
            between baselines.start_date and baselines.end_date
    group by placed_windows.window_id

),

final as (

    select
        placed_windows.window_id,
        placed_windows.phase_id,
        placed_windows.window_name,
        placed_windows.window_order,
        placed_windows.hour_at,
        placed_windows.first_date,
        placed_windows.last_date,
        cast(
            coalesce(placed_windows.last_date - placed_windows.first_date + 1, 0)
            as bigint
        ) as planned_day_count,
        cast(coalesce(placed_windows.day_count, 0) as bigint) as day_count,
        cast(coalesce(placed_windows.active_day_count, 0) as bigint)
            as active_day_count,
        cast(coalesce(baseline_days.day_count, 0) as bigint) as baseline_day_count,
        cast(coalesce(placed_windows.request_count, 0) as bigint) as request_count,
        cast(coalesce(placed_windows.api_call_count, 0) as bigint) as api_call_count,
        data_ends.data_until_at
    from placed_windows
    cross join data_ends
    left join baseline_days on placed_windows.window_id = baseline_days.window_id

)

select * from final
