-- What the hygiene checks measure of each phase and its baseline, one figure a check;
-- null where there is nothing to measure. Where both windows are measured, the worse of
-- the two counts.
{% set wide_checks = [
    'baseline_length', 'phase_length', 'baseline_before_optimization', 'windows_apart',
    'weekday_balance', 'price_changes', 'days_without_calls', 'volume_collapses',
    'error_bursts', 'cost_coverage', 'quarantine_share'
] %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

window_days as (

    select * from {{ ref('int_window_days') }}

),

window_repricings as (

    select * from {{ ref('int_window_repricings') }}

),

optimized_days as (

    select * from {{ ref('int_window_optimized_days') }}

),

mix_drifts as (

    select * from {{ ref('int_mix_drifts') }}

),

instrument_breaks as (

    select * from {{ ref('int_instrument_breaks') }}

),

lines_set_aside as (

    select * from {{ ref('int_lines_set_aside') }}

),

measure_wide as (

    select
        phase_windows.phase_id,
        case
            when baseline_windows.phase_id is not null
                then coalesce(baseline_days.active_day_count, 0)
        end as baseline_length,
        case
            when phase_windows.day_count > 0
                then coalesce(phase_days.active_day_count, 0)
        end as phase_length,
        case
            when phase_windows.has_event_log
                then optimized_days.optimized_day_count
        end as baseline_before_optimization,
        greatest(
            least(phase_windows.end_date, baseline_windows.end_date)
            - phase_windows.start_date + 1,
            0
        ) as windows_apart,
        abs(
            {{ safe_divide(
                'phase_days.active_weekend_day_count', 'phase_days.active_day_count'
            ) }}
            - {{ safe_divide(
                'baseline_days.active_weekend_day_count',
                'baseline_days.active_day_count'
            ) }}
        ) as weekday_balance,
        case
            when
                phase_prices.repriced_cost_share is not null
                and baseline_prices.repriced_cost_share is not null
                then
                    greatest(
                        phase_prices.repriced_cost_share,
                        baseline_prices.repriced_cost_share
                    )
        end as price_changes,
        {%- for check_id, column in [
            ('days_without_calls', 'idle_day_count'),
            ('volume_collapses', 'collapsed_day_count'),
            ('error_bursts', 'error_burst_day_count'),
        ] %}
            case
                when phase_days.day_count > 0 and baseline_days.day_count > 0
                    then greatest(
                        {{ safe_divide(
                            'phase_days.' ~ column, 'phase_days.day_count'
                        ) }},
                        {{ safe_divide(
                            'baseline_days.' ~ column, 'baseline_days.day_count'
                        ) }}
                    )
            end as {{ check_id }},
        {%- endfor %}
        case
            when phase_days.token_count > 0 and baseline_days.token_count > 0
                then
                    1 - greatest(
                        {{ safe_divide(
                            'phase_days.uncosted_tokens',
                            'phase_days.token_count'
                        ) }},
                        {{ safe_divide(
                            'baseline_days.uncosted_tokens',
                            'baseline_days.token_count'
                        ) }}
                    )
        end as cost_coverage,
        greatest(lines_set_aside.line_share, lines_set_aside.cost_share)
            as quarantine_share
    from phase_windows
    cross join lines_set_aside
    left join phase_windows as baseline_windows
        on phase_windows.baseline_phase_id = baseline_windows.phase_id
    left join window_days as phase_days
        on phase_windows.phase_id = phase_days.phase_id
    left join window_days as baseline_days
        on phase_windows.baseline_phase_id = baseline_days.phase_id
    left join window_repricings as phase_prices
        on phase_windows.phase_id = phase_prices.phase_id
    left join window_repricings as baseline_prices
        on phase_windows.baseline_phase_id = baseline_prices.phase_id
    left join optimized_days
        on phase_windows.baseline_phase_id = optimized_days.phase_id
    where not phase_windows.is_baseline

),

final as (
    {% for check_id in wide_checks %}
        select
            measure_wide.phase_id,
            '{{ check_id }}' as check_id,
            cast(measure_wide.{{ check_id }} as double) as observed_value,
            cast(null as {{ dbt.type_string() }}) as source_system,
            cast(null as {{ dbt.type_string() }}) as model_id,
            cast(null as double) as baseline_reading,
            cast(null as double) as phase_reading
        from measure_wide
        union all
    {%- endfor %}
    select
        mix_drifts.phase_id,
        mix_drifts.check_id,
        mix_drifts.observed_value,
        null as source_system,
        null as model_id,
        null as baseline_reading,
        null as phase_reading
    from mix_drifts
    union all
    select
        instrument_breaks.phase_id,
        instrument_breaks.check_id,
        instrument_breaks.observed_value,
        instrument_breaks.source_system,
        instrument_breaks.model_id,
        instrument_breaks.baseline_reading,
        instrument_breaks.phase_reading
    from instrument_breaks

)

select * from final
