-- Days add up to phases, strategy by strategy: events, tokens and dollars exactly. What
-- is not known of a phase, for it has no event log, is nothing on its days.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

savings_daily as (

    select * from {{ ref('strategy_savings_daily') }}

),

strategy_savings as (

    select * from {{ ref('phase_strategy_savings') }}

),

summed_days as (

    select
        phase_windows.phase_id,
        savings_daily.strategy_id,
        sum(savings_daily.event_count) as event_count,
        sum(savings_daily.tokens_saved) as tokens_saved,
        sum(savings_daily.valued_savings_usd) as savings_usd
    from phase_windows
    inner join savings_daily
        on
            savings_daily.savings_date
            between phase_windows.start_date and phase_windows.end_date
    group by
        phase_windows.phase_id,
        savings_daily.strategy_id

),

final as (

    select
        strategy_savings.phase_id,
        strategy_savings.strategy_id,
        strategy_savings.savings_usd,
        summed_days.savings_usd as summed_savings_usd
    from strategy_savings
    left join summed_days
        on
            strategy_savings.phase_id = summed_days.phase_id
            and strategy_savings.strategy_id = summed_days.strategy_id
    where
        strategy_savings.event_count
        is distinct from coalesce(summed_days.event_count, 0)
        or coalesce(strategy_savings.tokens_saved, 0)
        is distinct from coalesce(summed_days.tokens_saved, 0)
        or coalesce(strategy_savings.savings_usd, 0)
        is distinct from coalesce(summed_days.savings_usd, 0)

)

select * from final
