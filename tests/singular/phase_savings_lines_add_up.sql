-- The lines of a phase's optimization impact add up to its total, and the total with
-- the unexplained part to the measured drop. Doubles: to a billionth of a dollar a day.
with savings_lines as (

    select * from {{ ref('phase_savings_lines') }}

),

strategy_savings as (

    select * from {{ ref('phase_strategy_savings') }}

),

summed_strategies as (

    select
        strategy_savings.phase_id,
        sum(strategy_savings.savings_per_day_usd) as strategy_usd,
        sum(strategy_savings.tokens_saved) as strategy_tokens
    from strategy_savings
    where strategy_savings.is_switched_on or strategy_savings.is_outside_plan
    group by strategy_savings.phase_id

),

summed_lines as (

    select
        savings_lines.phase_id,
        sum(savings_lines.savings_per_day_usd) filter (
            where savings_lines.line_kind in ('earlier_phase', 'strategy')
        ) as parts_usd,
        sum(savings_lines.tokens_saved) filter (
            where savings_lines.line_kind in ('earlier_phase', 'strategy')
        ) as parts_tokens,
        sum(savings_lines.savings_per_day_usd) filter (
            where savings_lines.line_kind = 'total'
        ) as total_usd,
        sum(savings_lines.savings_per_day_usd) filter (
            where savings_lines.line_kind = 'measured'
        ) as measured_usd,
        sum(savings_lines.savings_per_day_usd) filter (
            where savings_lines.line_kind = 'unexplained'
        ) as unexplained_usd
    from savings_lines
    group by savings_lines.phase_id

),

final as (

    select
        summed_lines.phase_id,
        summed_lines.parts_usd,
        summed_lines.total_usd,
        summed_strategies.strategy_usd
    from summed_lines
    left join summed_strategies on summed_lines.phase_id = summed_strategies.phase_id
    where
        abs(
            coalesce(summed_lines.parts_usd, 0) - coalesce(summed_lines.total_usd, 0)
        ) > 1e-9
        or abs(
            coalesce(summed_lines.total_usd, 0)
            - coalesce(summed_strategies.strategy_usd, 0)
        ) > 1e-9
        or coalesce(summed_lines.parts_tokens, 0)
        is distinct from coalesce(summed_strategies.strategy_tokens, 0)
        or (
            summed_lines.total_usd + summed_lines.measured_usd is null
        ) is distinct from (summed_lines.unexplained_usd is null)
        or abs(
            summed_lines.measured_usd
            - summed_lines.total_usd
            - summed_lines.unexplained_usd
        ) > 1e-9

)

select * from final
