-- What the reductions are made of, in each window: its cost as billed and on the
-- baseline's rate card, its days, its completed tasks, and why there is no cost. A cost
-- on which no list price is known has none at the baseline's prices.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

daily_cells as (

    select * from {{ ref('int_cost_cells_daily') }}

),

sum_costs as (

    select
        daily_cells.phase_id,
        cast(sum(daily_cells.constant_price_cost_usd) as double)
            as constant_price_cost_usd,
        {{ safe_divide(
            "sum(case when daily_cells.cell_kind = 'priced'"
            ~ " then daily_cells.cost_usd else 0 end)",
            'sum(daily_cells.cost_usd)'
        ) }} as priced_cost_share
    from daily_cells
    group by daily_cells.phase_id

),

final as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        phase_windows.is_baseline,
        nullif(cast(phase_windows.active_day_count as double), 0) as active_day_count,
        nullif(cast(phase_windows.day_count as double), 0) as day_count,
        case
            when phase_windows.active_day_count > 0
                then cast(phase_windows.cost_usd as double)
        end as cost_usd,
        case
            when
                phase_windows.active_day_count > 0
                and phase_windows.cost_usd is not null
                and (sum_costs.priced_cost_share > 0 or phase_windows.cost_usd = 0)
                then sum_costs.constant_price_cost_usd
        end as constant_price_cost_usd,
        sum_costs.priced_cost_share,
        nullif(cast(phase_windows.completed_task_count as double), 0)
            as completed_task_count,
        case
            when phase_windows.day_count = 0 then 'not_loaded'
            when phase_windows.active_day_count = 0 then 'no_call'
            when phase_windows.cost_usd is null then 'no_cost'
        end as missing_cause
    from phase_windows
    left join sum_costs on phase_windows.phase_id = sum_costs.phase_id

)

select * from final
