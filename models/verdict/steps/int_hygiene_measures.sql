-- What the hygiene checks measure of each phase and its baseline, one figure a check;
-- null where there is nothing to measure. Where both windows are measured, the worse of
-- the two counts.
{% set wide_checks = [
    'baseline_length', 'phase_length', 'baseline_before_optimization', 'windows_apart',
    'quarantine_share'
] %}
{% set sided_checks = {
    'weekday_balance': ('active_weekend_day_count', 'active_day_count'),
    'days_without_calls': ('idle_day_count', 'day_count'),
    'volume_collapses': ('collapsed_day_count', 'day_count'),
    'error_bursts': ('error_burst_day_count', 'day_count'),
    'cost_coverage': ('uncosted_tokens', 'token_count'),
} %}

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
        {%- for check_id, (part, whole) in sided_checks.items() %}
            {%- for side in ['baseline', 'phase'] %}
                {% if check_id == 'cost_coverage' %}1 - {% endif -%}
                {{ safe_divide(
                    side ~ '_days.' ~ part, side ~ '_days.' ~ whole
                ) }} as {{ side }}_{{ check_id }},
            {%- endfor %}
        {%- endfor %}
        baseline_prices.repriced_cost_share as baseline_price_changes,
        phase_prices.repriced_cost_share as phase_price_changes,
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
            cast(null as {{ dbt.type_string() }}) as project,
            cast(null as {{ dbt.type_string() }}) as model_id,
            cast(null as double) as baseline_reading,
            cast(null as double) as phase_reading
        from measure_wide
        union all
    {%- endfor %}
    {%- for check_id, worse in {
        'weekday_balance': 'abs(phase - baseline)',
        'price_changes': 'greatest(baseline, phase)',
        'days_without_calls': 'greatest(baseline, phase)',
        'volume_collapses': 'greatest(baseline, phase)',
        'error_bursts': 'greatest(baseline, phase)',
        'cost_coverage': 'least(baseline, phase)',
    }.items() %}
        select
            phase_id,
            '{{ check_id }}' as check_id,
            case
                when baseline is not null and phase is not null then {{ worse }}
            end as observed_value,
            null as source_system,
            null as project,
            null as model_id,
            baseline as baseline_reading,
            phase as phase_reading
        from (
            select
                phase_id,
                cast(baseline_{{ check_id }} as double) as baseline,
                cast(phase_{{ check_id }} as double) as phase
            from measure_wide
        )
        union all
    {%- endfor %}
    select
        mix_drifts.phase_id,
        mix_drifts.check_id,
        mix_drifts.observed_value,
        null as source_system,
        null as project,
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
        instrument_breaks.project,
        instrument_breaks.model_id,
        instrument_breaks.baseline_reading,
        instrument_breaks.phase_reading
    from instrument_breaks

)

select * from final
