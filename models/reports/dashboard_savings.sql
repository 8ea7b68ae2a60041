-- Top optimizations of the last loaded day: what the event log says each strategy
-- saved, valued at the price that would have been billed, and all of them together.
-- Where no event was ever logged, savings are unknown, not zero.
--   share_of_day_cost       = savings / cost of the day
--   share_of_baseline_cost  = savings / daily cost of the baseline

with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

dashboard_metrics as (

    select * from {{ ref('dashboard_metrics') }}

),

dashboard_totals as (

    select * from {{ ref('dashboard_totals') }}

),

strategy_savings as (

    select * from {{ ref('strategy_savings_daily') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

day_costs as (

    select
        dashboard_windows.last_date,
        dashboard_totals.total_value as day_cost_usd,
        dashboard_metrics.metric_value as baseline_daily_cost_usd
    from dashboard_windows
    left join dashboard_totals
        on
            dashboard_windows.window_id = dashboard_totals.window_id
            and dashboard_totals.total_id = 'cost'
    left join dashboard_metrics
        on
            dashboard_metrics.window_id = 'baseline'
            and dashboard_metrics.metric_id = 'daily_cost'
    where dashboard_windows.window_id = '1d'

),

loaded_events as (

    select coalesce(sum(strategy_savings.event_count) > 0, false) as has_any
    from strategy_savings

),

strategies_of_day as (

    select
        strategy_savings.savings_date,
        strategy_savings.strategy_id,
        strategy_savings.strategy_name,
        strategies.display_order,
        strategy_savings.event_count,
        strategy_savings.orphan_event_count,
        strategy_savings.unvalued_event_count,
        case when loaded_events.has_any then strategy_savings.valued_savings_usd end
            as valued_savings_usd,
        strategy_savings.claimed_savings_usd
    from day_costs
    cross join loaded_events
    inner join strategy_savings on day_costs.last_date = strategy_savings.savings_date
    inner join strategies on strategy_savings.strategy_id = strategies.strategy_id

),

stacked_lines as (

    select
        'strategy' as line_kind,
        strategy_id,
        strategy_name as line_label,
        display_order,
        savings_date,
        event_count,
        orphan_event_count,
        unvalued_event_count,
        valued_savings_usd,
        claimed_savings_usd
    from strategies_of_day
    union all
    select
        'total' as line_kind,
        null as strategy_id,
        'Total' as line_label,
        null as display_order,
        savings_date,
        sum(event_count) as event_count,
        sum(orphan_event_count) as orphan_event_count,
        sum(unvalued_event_count) as unvalued_event_count,
        sum(valued_savings_usd) as valued_savings_usd,
        sum(claimed_savings_usd) as claimed_savings_usd
    from strategies_of_day
    group by savings_date

),

final as (

    select
        stacked_lines.line_kind,
        stacked_lines.strategy_id,
        stacked_lines.line_label,
        stacked_lines.display_order,
        stacked_lines.savings_date,
        cast(stacked_lines.event_count as bigint) as event_count,
        cast(stacked_lines.orphan_event_count as bigint) as orphan_event_count,
        cast(stacked_lines.unvalued_event_count as bigint) as unvalued_event_count,
        cast(stacked_lines.valued_savings_usd as decimal(18, 9)) as savings_usd,
        cast(stacked_lines.claimed_savings_usd as decimal(18, 9))
            as claimed_savings_usd,
        day_costs.day_cost_usd,
        day_costs.baseline_daily_cost_usd,
        {{ safe_divide('stacked_lines.valued_savings_usd', 'day_costs.day_cost_usd') }}
            as share_of_day_cost,
        {{ safe_divide(
            'stacked_lines.valued_savings_usd', 'day_costs.baseline_daily_cost_usd'
        ) }} as share_of_baseline_cost
    from stacked_lines
    inner join day_costs on stacked_lines.savings_date = day_costs.last_date

)

select * from final
