-- What a phase covers, what of it is loaded, and the part it plays: the baseline every
-- other phase is compared with, and the phase the final report is about (the one the
-- plan calls final, else the last one of the plan).
{%- set counts = [
    'day_count', 'active_day_count', 'request_count', 'api_call_count',
    'cache_hit_count', 'uncosted_api_call_count', 'task_count', 'completed_task_count',
    'token_count',
] %}

with phases as (

    select * from {{ ref('phases') }}

),

phase_strategies as (

    select * from {{ ref('phase_strategies') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

windows as (

    select * from {{ ref('int_window_components') }}

),

chosen_baseline as (

    select min_by(phases.phase_id, phases.phase_order) as baseline_phase_id
    from phases
    where phases.is_baseline

),

placed_phases as (

    select
        phases.*,
        row_number() over (
            partition by phases.is_baseline order by phases.phase_order
        ) as part_position,
        row_number() over (
            partition by phases.is_baseline
            order by phases.is_final desc, phases.phase_order desc
        ) as final_position
    from phases

),

first_events as (

    select min(metrics_daily.metric_date) as first_event_date
    from metrics_daily
    where metrics_daily.optimization_event_count > 0

),

first_uses as (

    select
        phase_strategies.strategy_id,
        min_by(phases.phase_id, phases.start_date) as first_phase_id,
        count(*) over () as strategy_count
    from phase_strategies
    inner join phases on phase_strategies.phase_id = phases.phase_id
    group by phase_strategies.strategy_id

),

named_strategies as (

    select
        phase_strategies.phase_id,
        count(*) as strategy_count,
        count(*) = max(first_uses.strategy_count) as has_every_strategy,
        {{ ordered_list('strategies.strategy_name', 'strategies.display_order') }}
            as strategy_names,
        {{ ordered_list(
            'strategies.strategy_name',
            'strategies.display_order',
            'phase_strategies.phase_id = first_uses.first_phase_id'
        ) }} as new_strategy_names
    from phase_strategies
    inner join strategies on phase_strategies.strategy_id = strategies.strategy_id
    inner join first_uses on phase_strategies.strategy_id = first_uses.strategy_id
    group by phase_strategies.phase_id

),

final as (

    select
        placed_phases.phase_id,
        chosen_baseline.baseline_phase_id,
        placed_phases.phase_name,
        placed_phases.phase_order,
        replace(named_strategies.strategy_names, ', ', ' + ') as strategy_names,
        named_strategies.new_strategy_names,
        placed_phases.start_date,
        placed_phases.end_date,
        windows.first_loaded_date,
        windows.last_loaded_date,
        placed_phases.target_reduction_ratio,
        placed_phases.target_reduction_max_ratio,
        windows.cost_usd,
        windows.known_cost_usd,
        1 - {{ safe_divide('windows.uncosted_tokens', 'windows.token_count') }}
            as costed_token_share,
        cast(coalesce(named_strategies.strategy_count, 0) as bigint) as strategy_count,
        cast(placed_phases.end_date - placed_phases.start_date + 1 as bigint)
            as planned_day_count,
        {%- for column in counts %}
            cast(coalesce(windows.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        placed_phases.is_baseline,
        placed_phases.is_final as is_declared_final,
        not placed_phases.is_baseline and placed_phases.part_position = 1
            as is_first_optimized,
        not placed_phases.is_baseline and placed_phases.final_position = 1
            as is_reported_final,
        not placed_phases.is_baseline
        and placed_phases.final_position = 1
        and not placed_phases.is_final as is_final_by_fallback,
        coalesce(named_strategies.has_every_strategy, false) as has_every_strategy,
        coalesce(first_events.first_event_date <= placed_phases.end_date, false)
            as has_event_log
    from placed_phases
    cross join first_events
    cross join chosen_baseline
    left join named_strategies on placed_phases.phase_id = named_strategies.phase_id
    left join windows on 'phase/' || placed_phases.phase_id = windows.window_id

)

select * from final
