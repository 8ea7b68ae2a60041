with phases as (

    select * from {{ ref('phases') }}

),

phase_strategies as (

    select * from {{ ref('phase_strategies') }}

),

days as (

    select * from {{ ref('metrics_daily') }}

),

list_strategies as (

    select
        phase_id,
        count(*) as strategy_count,
        {{ ordered_list('strategy_id', 'strategy_id') }} as strategy_ids
    from phase_strategies
    group by phase_id

),

count_days as (

    select
        phases.phase_id,
        sum(days.day_count) as day_count,
        sum(days.active_day_count) as active_day_count
    from phases
    inner join days
        on days.metric_date between phases.start_date and phases.end_date
    group by phases.phase_id

),

final as (

    select
        phases.phase_id,
        phases.phase_name,
        phases.phase_order,
        list_strategies.strategy_ids,
        phases.start_date,
        phases.end_date,
        cast(coalesce(list_strategies.strategy_count, 0) as bigint) as strategy_count,
        cast(coalesce(count_days.day_count, 0) as bigint) as day_count,
        cast(coalesce(count_days.active_day_count, 0) as bigint) as active_day_count,
        phases.target_reduction_ratio,
        phases.target_reduction_max_ratio,
        phases.is_baseline,
        phases.is_final
    from phases
    left join list_strategies
        on phases.phase_id = list_strategies.phase_id
    left join count_days
        on phases.phase_id = count_days.phase_id

)

select * from final
