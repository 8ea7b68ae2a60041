-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Three answers to "how much cheaper?", above zero is cheaper, each against the
-- baseline and, where there are enough data, with its interval: as billed, at constant
-- prices, workload-adjusted (int_cost_reductions has the formulas). A reduction is the
-- relative change of a cost with its sign turned, so the ends of its interval are those
-- of that change, turned and swapped.
{% set reductions = {
    'as_billed': 'daily_cost',
    'constant_price': 'constant_price_daily_cost',
    'workload_adjusted': 'cost_per_completed_task',
} %}

with reductions as (

    select * from {{ ref('int_cost_reductions') }}

),

change_intervals as (

    select * from {{ ref('int_change_intervals') }}

),

bounded_reductions as (

    select
        change_intervals.phase_id,
        {%- for reduction, measure_id in reductions.items() %}
        max(0 - change_intervals.change_ratio_high) filter (
            where change_intervals.metric_id = '{{ measure_id }}'
        ) as {{ reduction }}_reduction_ratio_low,
        max(0 - change_intervals.change_ratio_low) filter (
            where change_intervals.metric_id = '{{ measure_id }}'
        ) as {{ reduction }}_reduction_ratio_high
        {{- ',' if not loop.last }}
        {%- endfor %}
    from change_intervals
    group by change_intervals.phase_id

),

final as (

    select
        reductions.phase_id,
        reductions.baseline_phase_id,
        reductions.baseline_card_at,
        reductions.baseline_daily_usd,
        reductions.phase_daily_usd,
        reductions.as_billed_saving_usd_per_day,
        reductions.as_billed_reduction_ratio,
        bounded_reductions.as_billed_reduction_ratio_low,
        bounded_reductions.as_billed_reduction_ratio_high,
        reductions.baseline_calendar_daily_usd,
        reductions.phase_calendar_daily_usd,
        reductions.as_billed_calendar_saving_usd_per_day,
        reductions.as_billed_calendar_reduction_ratio,
        reductions.baseline_constant_price_daily_usd,
        reductions.phase_constant_price_daily_usd,
        reductions.constant_price_saving_usd_per_day,
        reductions.constant_price_reduction_ratio,
        bounded_reductions.constant_price_reduction_ratio_low,
        bounded_reductions.constant_price_reduction_ratio_high,
        reductions.constant_price_calendar_reduction_ratio,
        reductions.price_effect_saving_usd_per_day,
        reductions.price_effect_ratio,
        reductions.baseline_priced_cost_share,
        reductions.phase_priced_cost_share,
        reductions.baseline_completed_tasks_per_day,
        reductions.phase_completed_tasks_per_day,
        reductions.baseline_cost_per_completed_task_usd,
        reductions.phase_cost_per_completed_task_usd,
        reductions.workload_adjusted_daily_usd,
        reductions.workload_adjusted_saving_usd_per_day,
        reductions.workload_adjusted_reduction_ratio,
        bounded_reductions.workload_adjusted_reduction_ratio_low,
        bounded_reductions.workload_adjusted_reduction_ratio_high,
        reductions.missing_reason,
        reductions.constant_price_missing_reason,
        reductions.workload_adjusted_missing_reason
    from reductions
    left join bounded_reductions
        on reductions.phase_id = bounded_reductions.phase_id

)

select * from final
