-- What the cost bridge supports of each strategy, per day with API calls: minus the
-- contributions of its factors (seed bridge_strategies). A strategy without a factor of
-- its own is not separable: its saving may be real, but the bill shows it together with
-- something else, and the seed optimization_strategies says with what.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

bridge_phases as (

    select * from {{ ref('cost_bridge_phases') }}

),

bridge_strategies as (

    select * from {{ ref('bridge_strategies') }}

),

sum_contributions as (

    select
        bridge_phases.phase_id,
        bridge_strategies.strategy_id,
        {{ supported_usd(
            'bridge_phases.contribution_usd_per_day', 'bridge_phases.factor_id'
        ) }} as supported_usd_per_day,
        min(bridge_phases.missing_reason) as missing_reason
    from bridge_phases
    inner join bridge_strategies
        on bridge_phases.factor_id = bridge_strategies.factor_id
    group by
        bridge_phases.phase_id,
        bridge_strategies.strategy_id

),

final as (

    select
        phase_windows.phase_id,
        strategies.strategy_id,
        sum_contributions.strategy_id is not null as is_separable,
        sum_contributions.supported_usd_per_day,
        case
            when sum_contributions.supported_usd_per_day is not null then null
            when sum_contributions.strategy_id is not null
                then sum_contributions.missing_reason
            else
                coalesce(strategies.no_factor_reason, 'no_bridge_factor')
        end as missing_reason
    from phase_windows
    cross join strategies
    left join sum_contributions
        on
            phase_windows.phase_id = sum_contributions.phase_id
            and strategies.strategy_id = sum_contributions.strategy_id
    where not phase_windows.is_baseline

)

select * from final
