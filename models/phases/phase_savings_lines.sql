-- The "optimization impact" of a phase as it is read, line by line: what the strategies
-- of each earlier phase still save, what each strategy new in this phase adds, their
-- total, the drop in daily cost that was measured, and the part of it the log does not
-- explain (null where the log says nothing). All per day with API calls. The first
-- optimized phase names its strategies one by one.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

strategy_savings as (

    select * from {{ ref('phase_strategy_savings') }}

),

savings_labels as (

    select * from {{ ref('savings_labels') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

placed_savings as (

    select
        strategy_savings.phase_id,
        strategy_savings.strategy_id,
        strategy_savings.first_phase_id,
        strategy_savings.display_order,
        coalesce(
            savings_labels.savings_label, strategy_savings.strategy_name || ' Savings'
        ) as savings_label,
        strategy_savings.tokens_saved,
        strategy_savings.savings_per_day_usd,
        strategy_savings.share_of_baseline_cost,
        phase_windows.phase_name,
        phase_windows.is_first_optimized,
        first_windows.phase_name as first_phase_name,
        first_windows.phase_order as first_phase_order,
        coalesce(first_windows.phase_order < phase_windows.phase_order, false)
            as is_from_earlier_phase
    from strategy_savings
    inner join phase_windows on strategy_savings.phase_id = phase_windows.phase_id
    left join phase_windows as first_windows
        on strategy_savings.first_phase_id = first_windows.phase_id
    left join savings_labels
        on strategy_savings.strategy_id = savings_labels.strategy_id
    where
        not phase_windows.is_baseline
        and (strategy_savings.is_switched_on or strategy_savings.is_outside_plan)

),

earlier_lines as (

    select
        placed_savings.phase_id,
        'earlier_phase' as line_kind,
        placed_savings.first_phase_id as line_key,
        1000 + min(placed_savings.first_phase_order) as line_order,
        min(placed_savings.first_phase_name) || ' Savings' as line_label,
        sum(placed_savings.tokens_saved) as tokens_saved,
        {{ sum_in_order(
            'placed_savings.savings_per_day_usd', ['placed_savings.strategy_id']
        ) }} as savings_per_day_usd,
        {{ sum_in_order(
            'placed_savings.share_of_baseline_cost', ['placed_savings.strategy_id']
        ) }} as share_of_baseline_cost
    from placed_savings
    where placed_savings.is_from_earlier_phase
    group by
        placed_savings.phase_id,
        placed_savings.first_phase_id

),

new_lines as (

    select
        placed_savings.phase_id,
        'strategy' as line_kind,
        placed_savings.strategy_id as line_key,
        2000 + placed_savings.display_order as line_order,
        case when placed_savings.is_first_optimized then '' else '+ ' end
        || placed_savings.savings_label as line_label,
        placed_savings.tokens_saved,
        placed_savings.savings_per_day_usd,
        placed_savings.share_of_baseline_cost
    from placed_savings
    where not placed_savings.is_from_earlier_phase

),

total_lines as (

    select
        placed_savings.phase_id,
        'total' as line_kind,
        'total' as line_key,
        3000 as line_order,
        case
            when bool_or(placed_savings.is_first_optimized) then 'Total Daily Savings'
            else
                'Total '
                || min_by(
                    placed_savings.first_phase_name, placed_savings.first_phase_order
                )
                -- "Phase 1" and "Phase 2" read "Phase 1-2"
                || '-' || regexp_replace(min(placed_savings.phase_name), '^Phase ', '')
        end as line_label,
        sum(placed_savings.tokens_saved) as tokens_saved,
        {{ sum_in_order(
            'placed_savings.savings_per_day_usd', ['placed_savings.strategy_id']
        ) }} as savings_per_day_usd,
        {{ sum_in_order(
            'placed_savings.share_of_baseline_cost', ['placed_savings.strategy_id']
        ) }} as share_of_baseline_cost
    from placed_savings
    group by placed_savings.phase_id

),

measured_lines as (

    select
        phase_comparison.phase_id,
        'measured' as line_kind,
        'measured' as line_key,
        4000 as line_order,
        'Measured drop in daily cost' as line_label,
        cast(null as bigint) as tokens_saved,
        -phase_comparison.change_value as savings_per_day_usd,
        -phase_comparison.change_ratio as share_of_baseline_cost
    from phase_comparison
    where phase_comparison.metric_id = 'daily_cost'

),

unexplained_lines as (

    select
        measured_lines.phase_id,
        'unexplained' as line_kind,
        'unexplained' as line_key,
        5000 as line_order,
        'Not explained by the log' as line_label,
        cast(null as bigint) as tokens_saved,
        measured_lines.savings_per_day_usd
        - total_lines.savings_per_day_usd as savings_per_day_usd,
        measured_lines.share_of_baseline_cost
        - total_lines.share_of_baseline_cost as share_of_baseline_cost
    from measured_lines
    left join total_lines on measured_lines.phase_id = total_lines.phase_id

),

stacked_lines as (
    {% for lines in [
        'earlier_lines', 'new_lines', 'total_lines', 'measured_lines', 'unexplained_lines'
    ] %}
        select
            {{ lines }}.phase_id,
            {{ lines }}.line_kind,
            {{ lines }}.line_key,
            {{ lines }}.line_order,
            {{ lines }}.line_label,
            {{ lines }}.tokens_saved,
            {{ lines }}.savings_per_day_usd,
            {{ lines }}.share_of_baseline_cost
        from {{ lines }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

final as (

    select
        stacked_lines.phase_id,
        stacked_lines.line_kind,
        stacked_lines.line_key,
        cast(stacked_lines.line_order as integer) as line_order,
        stacked_lines.line_label,
        cast(stacked_lines.tokens_saved as bigint) as tokens_saved,
        {{ safe_divide(
            'stacked_lines.tokens_saved', 'phase_windows.active_day_count'
        ) }} as tokens_saved_per_day,
        stacked_lines.savings_per_day_usd,
        stacked_lines.share_of_baseline_cost
    from stacked_lines
    inner join phase_windows on stacked_lines.phase_id = phase_windows.phase_id

)

select * from final
