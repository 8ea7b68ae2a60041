-- Whether the hours of the day of a phase are those of its baseline moved by a whole
-- number, one row a source: times written in another time zone.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

placed as (

    select
        compared.phase_id,
        windows.phase_id != compared.phase_id as is_base,
        requests.source_system,
        requests.requested_date,
        extract(hour from requests.requested_at) as hour_of_day,
        extract(day from requests.requested_date) % 2 = 0 as is_even_day
    from phase_windows as compared
    inner join phase_windows as windows
        on windows.phase_id in (compared.phase_id, compared.baseline_phase_id)
    inner join {{ ref('fct_requests') }} as requests
        on requests.requested_date between windows.start_date and windows.end_date
    where not compared.is_baseline and requests.is_api_call

),

-- The share of each hour of the day in each window, and in its even and its odd days,
-- whose difference is what chance and habit give.
window_sizes as (

    select
        phase_id,
        source_system,
        is_base,
        count(*) as call_count,
        count(*) filter (where is_even_day) as even_count,
        count(distinct requested_date) as day_count
    from placed
    group by phase_id, source_system, is_base

),

hour_counts as (

    select
        phase_id,
        source_system,
        is_base,
        hour_of_day,
        count(*) as call_count,
        count(*) filter (where is_even_day) as even_count
    from placed
    group by phase_id, source_system, is_base, hour_of_day

),

clock as (

    select unnest(range(24)) as hour_of_day

),

hours as (

    select
        window_sizes.phase_id,
        window_sizes.source_system,
        window_sizes.is_base,
        clock.hour_of_day,
        coalesce(hour_counts.call_count, 0) / window_sizes.call_count as hour_share,
        abs(
            coalesce(hour_counts.even_count, 0) / nullif(window_sizes.even_count, 0)
            - coalesce(hour_counts.call_count - hour_counts.even_count, 0)
            / nullif(window_sizes.call_count - window_sizes.even_count, 0)
        ) as even_odd_gap
    from window_sizes
    cross join clock
    left join hour_counts
        on
            window_sizes.phase_id = hour_counts.phase_id
            and window_sizes.source_system = hour_counts.source_system
            and window_sizes.is_base = hour_counts.is_base
            and clock.hour_of_day = hour_counts.hour_of_day
    where window_sizes.call_count >= 100 and window_sizes.day_count >= 6

),

habits as (

    select
        phase_id,
        source_system,
        greatest(
            sum(even_odd_gap) filter (where is_base),
            sum(even_odd_gap) filter (where not is_base)
        ) / 2 as even_odd_gap
    from hours
    group by phase_id, source_system

),

shifts as (

    select
        base.phase_id,
        base.source_system,
        (phase.hour_of_day - base.hour_of_day + 24) % 24 as hours_later,
        sum(abs(phase.hour_share - base.hour_share)) / 2 as gap
    from hours as base
    inner join hours as phase
        on
            base.phase_id = phase.phase_id
            and base.source_system = phase.source_system
    where base.is_base and not phase.is_base
    group by base.phase_id, base.source_system, hours_later

),

shift_sums as (

    select
        shifts.phase_id,
        shifts.source_system,
        max(shifts.gap) filter (where shifts.hours_later = 0) as still_gap,
        greatest(min(shifts.gap), max(habits.even_odd_gap)) as shifted_gap,
        arg_min(shifts.hours_later, shifts.gap) as hours_later
    from shifts
    inner join habits
        on
            shifts.phase_id = habits.phase_id
            and shifts.source_system = habits.source_system
    group by shifts.phase_id, shifts.source_system

),

final as (

    select
        phase_id,
        source_system,
        cast(null as {{ dbt.type_string() }}) as project,
        'hour_shift' as check_id,
        case
            when still_gap >= 0.2 and least(hours_later, 24 - hours_later) >= 3
                then greatest(1 - shifted_gap / still_gap, 0)
            else 0
        end as observed_value,
        0 as baseline_reading,
        hours_later as phase_reading
    from shift_sums

)

select * from final
