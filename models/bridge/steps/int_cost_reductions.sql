-- Three answers to "how much cheaper?", above zero is cheaper, each against the
-- baseline:
--   as billed          1 − phase daily cost / baseline daily cost
--   constant prices    the same, both windows on the baseline's rate card: the billed
--                      cost of a model and day × its tokens at that card / at the
--                      prices in force; a cost without list price stays as billed
--   vendor price       the gap: as billed − constant prices
--   workload-adjusted  1 − (phase cost per completed task × the baseline's completed
--                      tasks per day) / baseline daily cost
-- Per day with calls, and as billed and at constant prices per calendar day too.

with measure_windows as (

    select * from {{ ref('int_window_costs') }}

),

baseline_rates as (

    select * from {{ ref('int_baseline_rates') }}

),

date_the_card as (

    select max(baseline_rates.baseline_card_at) as baseline_card_at
    from baseline_rates

),

pair_windows as (

    select
        measure_windows.phase_id,
        measure_windows.baseline_phase_id,
        baseline_windows.cost_usd
        / baseline_windows.active_day_count as baseline_daily_usd,
        measure_windows.cost_usd / measure_windows.active_day_count as phase_daily_usd,
        baseline_windows.cost_usd
        / baseline_windows.day_count as baseline_calendar_daily_usd,
        measure_windows.cost_usd
        / measure_windows.day_count as phase_calendar_daily_usd,
        baseline_windows.constant_price_cost_usd
        / baseline_windows.active_day_count as baseline_constant_price_daily_usd,
        measure_windows.constant_price_cost_usd
        / measure_windows.active_day_count as phase_constant_price_daily_usd,
        baseline_windows.constant_price_cost_usd
        / baseline_windows.day_count as baseline_constant_price_calendar_daily_usd,
        measure_windows.constant_price_cost_usd
        / measure_windows.day_count as phase_constant_price_calendar_daily_usd,
        baseline_windows.priced_cost_share as baseline_priced_cost_share,
        measure_windows.priced_cost_share as phase_priced_cost_share,
        baseline_windows.completed_task_count
        / baseline_windows.active_day_count as baseline_completed_tasks_per_day,
        measure_windows.completed_task_count
        / measure_windows.active_day_count as phase_completed_tasks_per_day,
        baseline_windows.cost_usd
        / baseline_windows.completed_task_count as baseline_cost_per_completed_task_usd,
        measure_windows.cost_usd
        / measure_windows.completed_task_count as phase_cost_per_completed_task_usd,
        case
            when measure_windows.missing_cause is not null
                then measure_windows.missing_cause || '_in_phase'
            when baseline_windows.missing_cause is not null
                then baseline_windows.missing_cause || '_in_baseline'
            when baseline_windows.cost_usd = 0 then 'baseline_zero'
        end as missing_reason,
        case
            when measure_windows.constant_price_cost_usd is null
                then 'no_price_in_phase'
            when baseline_windows.constant_price_cost_usd is null
                then 'no_price_in_baseline'
            when baseline_windows.constant_price_cost_usd = 0
                then 'baseline_zero_at_constant_prices'
        end as constant_price_missing_cause,
        case
            when measure_windows.completed_task_count is null
                then 'no_task_completed_in_phase'
            when baseline_windows.completed_task_count is null
                then 'no_task_completed_in_baseline'
        end as workload_missing_cause
    from measure_windows
    inner join measure_windows as baseline_windows
        on measure_windows.baseline_phase_id = baseline_windows.phase_id
    where not measure_windows.is_baseline

),

measure_savings as (

    select
        *,
        baseline_daily_usd - phase_daily_usd as as_billed_saving_usd_per_day,
        baseline_calendar_daily_usd
        - phase_calendar_daily_usd as as_billed_calendar_saving_usd_per_day,
        baseline_constant_price_daily_usd
        - phase_constant_price_daily_usd as constant_price_saving_usd_per_day,
        baseline_constant_price_calendar_daily_usd
        - phase_constant_price_calendar_daily_usd
            as constant_price_calendar_saving_usd_per_day,
        phase_cost_per_completed_task_usd
        * baseline_completed_tasks_per_day as workload_adjusted_daily_usd
    from pair_windows

),

measure_ratios as (

    select
        *,
        {{ safe_divide('as_billed_saving_usd_per_day', 'baseline_daily_usd') }}
            as as_billed_reduction_ratio,
        {{ safe_divide(
            'as_billed_calendar_saving_usd_per_day', 'baseline_calendar_daily_usd'
        ) }} as as_billed_calendar_reduction_ratio,
        {{ safe_divide(
            'constant_price_saving_usd_per_day', 'baseline_constant_price_daily_usd'
        ) }} as constant_price_reduction_ratio,
        {{ safe_divide(
            'constant_price_calendar_saving_usd_per_day',
            'baseline_constant_price_calendar_daily_usd'
        ) }} as constant_price_calendar_reduction_ratio,
        baseline_daily_usd
        - workload_adjusted_daily_usd as workload_adjusted_saving_usd_per_day
    from measure_savings

),

final as (

    select
        measure_ratios.phase_id,
        measure_ratios.baseline_phase_id,
        date_the_card.baseline_card_at,
        measure_ratios.baseline_daily_usd,
        measure_ratios.phase_daily_usd,
        measure_ratios.as_billed_saving_usd_per_day,
        measure_ratios.as_billed_reduction_ratio,
        measure_ratios.baseline_calendar_daily_usd,
        measure_ratios.phase_calendar_daily_usd,
        measure_ratios.as_billed_calendar_saving_usd_per_day,
        measure_ratios.as_billed_calendar_reduction_ratio,
        measure_ratios.baseline_constant_price_daily_usd,
        measure_ratios.phase_constant_price_daily_usd,
        measure_ratios.constant_price_saving_usd_per_day,
        measure_ratios.constant_price_reduction_ratio,
        measure_ratios.constant_price_calendar_reduction_ratio,
        measure_ratios.as_billed_saving_usd_per_day
        - measure_ratios.constant_price_saving_usd_per_day
            as price_effect_saving_usd_per_day,
        measure_ratios.as_billed_reduction_ratio
        - measure_ratios.constant_price_reduction_ratio as price_effect_ratio,
        measure_ratios.baseline_priced_cost_share,
        measure_ratios.phase_priced_cost_share,
        measure_ratios.baseline_completed_tasks_per_day,
        measure_ratios.phase_completed_tasks_per_day,
        measure_ratios.baseline_cost_per_completed_task_usd,
        measure_ratios.phase_cost_per_completed_task_usd,
        measure_ratios.workload_adjusted_daily_usd,
        measure_ratios.workload_adjusted_saving_usd_per_day,
        {{ safe_divide(
            'measure_ratios.workload_adjusted_saving_usd_per_day',
            'measure_ratios.baseline_daily_usd'
        ) }} as workload_adjusted_reduction_ratio,
        measure_ratios.missing_reason,
        coalesce(
            measure_ratios.missing_reason,
            measure_ratios.constant_price_missing_cause
        ) as constant_price_missing_reason,
        coalesce(
            measure_ratios.missing_reason, measure_ratios.workload_missing_cause
        ) as workload_adjusted_missing_reason
    from measure_ratios
    cross join date_the_card

)

select * from final
