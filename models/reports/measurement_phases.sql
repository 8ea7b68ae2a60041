-- The phases of the plan as steps of measuring: when each begins, and what it adds.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_strategies as (

    select * from {{ ref('phase_strategies') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

first_uses as (

    select
        phase_strategies.strategy_id,
        min_by(phase_windows.phase_id, phase_windows.start_date) as first_phase_id
    from phase_strategies
    inner join phase_windows on phase_strategies.phase_id = phase_windows.phase_id
    group by phase_strategies.strategy_id

),

counted_strategies as (

    select count(*) as strategy_count
    from first_uses

),

begun_strategies as (

    select
        first_uses.first_phase_id,
        {{ ordered_list('strategies.strategy_name', 'strategies.display_order') }}
            as new_strategy_names
    from first_uses
    inner join strategies on first_uses.strategy_id = strategies.strategy_id
    group by first_uses.first_phase_id

),

final as (

    select
        phase_windows.phase_id,
        phase_windows.phase_name,
        phase_windows.phase_order,
        begun_strategies.new_strategy_names,
        phase_windows.start_date,
        phase_windows.end_date,
        phase_windows.target_reduction_ratio,
        phase_windows.target_reduction_max_ratio,
        phase_windows.strategy_count,
        phase_windows.is_baseline,
        phase_windows.is_reported_final,
        phase_windows.strategy_count = counted_strategies.strategy_count
        and phase_windows.strategy_count > 0 as has_every_strategy
    from phase_windows
    cross join counted_strategies
    left join begun_strategies
        on phase_windows.phase_id = begun_strategies.first_phase_id

)

select * from final
