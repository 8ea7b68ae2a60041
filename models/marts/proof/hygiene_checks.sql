-- May this phase be compared with its baseline at all? One check a row; thresholds and
-- sentences stand in the hygiene_thresholds seed. Where both windows are measured, the
-- worse of the two counts.
{% set wide_checks = [
    'baseline_length', 'phase_length', 'baseline_before_optimization', 'windows_apart',
    'weekday_balance', 'price_changes', 'days_without_calls', 'volume_collapses',
    'error_bursts', 'late_data', 'cost_coverage', 'quarantine_share'
] %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

window_days as (

    select * from {{ ref('int_window_days') }}

),

window_supplies as (

    select * from {{ ref('int_window_supplies') }}

),

mix_drifts as (

    select * from {{ ref('int_mix_drifts') }}

),

optimization_events as (

    select * from {{ ref('fct_optimization_events') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

ledger as (

    select * from {{ ref('line_ledger') }}

),

thresholds as (

    select * from {{ ref('hygiene_thresholds') }}

),

first_events as (

    select min(optimization_events.occurred_date) as first_event_date
    from optimization_events
    where optimization_events.strategy_id is not null

),

count_optimized_days as (

    select
        phase_windows.phase_id,
        coalesce(sum(metrics_daily.active_day_count), 0) as optimized_day_count
    from phase_windows
    cross join first_events
    left join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
            and first_events.first_event_date <= metrics_daily.metric_date
    group by phase_windows.phase_id

),

count_lines as (

    select
        sum(ledger.read_line_count) as read_line_count,
        sum(ledger.quarantined_line_count) as quarantined_line_count
    from ledger

),

measure_wide as (

    select
        phase_windows.phase_id,
        baseline_windows.phase_id as baseline_phase_id,
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
                then count_optimized_days.optimized_day_count
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
                phase_supplies.repriced_cost_share is not null
                and baseline_supplies.repriced_cost_share is not null
                then
                    greatest(
                        phase_supplies.repriced_cost_share,
                        baseline_supplies.repriced_cost_share
                    )
        end as price_changes,
        {%- for check_id, column in [
            ('days_without_calls', 'idle_day_count'),
            ('volume_collapses', 'collapsed_day_count'),
            ('error_bursts', 'error_burst_day_count'),
        ] %}
            case
                when phase_days.day_count > 0 and baseline_days.day_count > 0
                    then
                        greatest(
                            {{ safe_divide(
                                'phase_days.' ~ column, 'phase_days.day_count'
                            ) }},
                        {{ safe_divide(
                            'baseline_days.' ~ column, 'baseline_days.day_count'
                        ) }}
                        )
            end as {{ check_id }},
        {%- endfor %}
        {{ safe_divide(
            'phase_supplies.late_request_count + baseline_supplies.late_request_count',
            'phase_supplies.request_count + baseline_supplies.request_count'
        ) }} as late_data,
        case
            when phase_days.api_call_count > 0 and baseline_days.api_call_count > 0
                then
                    1 - greatest(
                        {{ safe_divide(
                            'phase_days.uncosted_api_call_count',
                            'phase_days.api_call_count'
                        ) }},
                        {{ safe_divide(
                            'baseline_days.uncosted_api_call_count',
                            'baseline_days.api_call_count'
                        ) }}
                    )
        end as cost_coverage,
        {{ safe_divide(
            'count_lines.quarantined_line_count', 'count_lines.read_line_count'
        ) }} as quarantine_share
    from phase_windows
    cross join count_lines
    left join phase_windows as baseline_windows
        on phase_windows.baseline_phase_id = baseline_windows.phase_id
    left join window_days as phase_days
        on phase_windows.phase_id = phase_days.phase_id
    left join window_days as baseline_days
        on phase_windows.baseline_phase_id = baseline_days.phase_id
    left join window_supplies as phase_supplies
        on phase_windows.phase_id = phase_supplies.phase_id
    left join window_supplies as baseline_supplies
        on phase_windows.baseline_phase_id = baseline_supplies.phase_id
    left join count_optimized_days
        on phase_windows.baseline_phase_id = count_optimized_days.phase_id
    where not phase_windows.is_baseline

),

measure_checks as (
    {% for check_id in wide_checks %}
        select
            measure_wide.phase_id,
            '{{ check_id }}' as check_id,
            cast(measure_wide.{{ check_id }} as double) as observed_value
        from measure_wide
        union all
    {%- endfor %}
    select
        mix_drifts.phase_id,
        mix_drifts.check_id,
        mix_drifts.observed_value
    from mix_drifts

),

judge_checks as (

    select
        measure_wide.phase_id,
        measure_wide.baseline_phase_id,
        thresholds.check_id,
        thresholds.check_order,
        thresholds.check_name,
        thresholds.unit,
        thresholds.worse_is,
        measure_checks.observed_value,
        thresholds.warning_threshold,
        thresholds.serious_threshold,
        thresholds.ok_sentence,
        thresholds.warning_sentence,
        thresholds.serious_sentence,
        thresholds.unmeasurable_sentence,
        case
            when measure_checks.observed_value is null then 'not measurable'
            {%- for status in ['serious', 'warning'] %}
                when
                    (
                        thresholds.worse_is = 'above'
                        and measure_checks.observed_value
                        > thresholds.{{ status }}_threshold
                    )
                    or (
                        thresholds.worse_is = 'below'
                        and measure_checks.observed_value
                        < thresholds.{{ status }}_threshold
                    )
                    then '{{ status }}'
            {%- endfor %}
            else 'ok'
        end as status
    from measure_wide
    cross join thresholds
    left join measure_checks
        on
            measure_wide.phase_id = measure_checks.phase_id
            and thresholds.check_id = measure_checks.check_id

),

final as (

    select
        judge_checks.phase_id,
        judge_checks.baseline_phase_id,
        judge_checks.check_id,
        judge_checks.check_order,
        judge_checks.check_name,
        judge_checks.unit,
        judge_checks.worse_is,
        judge_checks.observed_value,
        judge_checks.warning_threshold,
        judge_checks.serious_threshold,
        judge_checks.status,
        case judge_checks.status
            when 'ok' then judge_checks.ok_sentence
            when 'warning' then judge_checks.warning_sentence
            when 'serious' then judge_checks.serious_sentence
            else judge_checks.unmeasurable_sentence
        end as sentence
    from judge_checks

)

select * from final
