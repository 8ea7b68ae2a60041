-- What a phase covers, what of it is loaded, and the part it plays: the baseline every
-- other phase is compared with, and the phase the final report is about (the one the
-- plan calls final, else the last one of the plan).

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

requests as (

    select * from {{ ref('fct_requests') }}

),

chosen_baseline as (

    select min_by(phases.phase_id, phases.phase_order) as baseline_phase_id
    from phases
    where phases.is_baseline

),

optimized_phases as (

    select
        phases.phase_id,
        row_number() over (order by phases.phase_order) as optimized_position,
        row_number() over (
            order by phases.is_final desc, phases.phase_order desc
        ) as final_position
    from phases
    where not phases.is_baseline

),

first_events as (

    select min(metrics_daily.metric_date) as first_event_date
    from metrics_daily
    where metrics_daily.optimization_event_count > 0

),

named_strategies as (

    select
        phase_strategies.phase_id,
        count(*) as strategy_count,
        replace(
            {{ ordered_list(
                'strategies.strategy_name', 'strategies.display_order'
            ) }},
            ', ',
            ' + '
        ) as strategy_names
    from phase_strategies
    inner join strategies on phase_strategies.strategy_id = strategies.strategy_id
    group by phase_strategies.phase_id

),

summed_days as (

    select
        phases.phase_id,
        min(metrics_daily.metric_date) filter (
            where metrics_daily.day_count > 0
        ) as first_loaded_date,
        max(metrics_daily.metric_date) filter (
            where metrics_daily.day_count > 0
        ) as last_loaded_date,
        sum(metrics_daily.day_count) as day_count,
        sum(metrics_daily.active_day_count) as active_day_count,
        sum(metrics_daily.request_count) as request_count,
        sum(metrics_daily.api_call_count) as api_call_count,
        sum(metrics_daily.cache_hit_count) as cache_hit_count,
        sum(metrics_daily.token_count) as token_count,
        sum(metrics_daily.uncosted_api_call_count) as uncosted_api_call_count,
        sum(metrics_daily.uncosted_tokens) as uncosted_tokens,
        sum(metrics_daily.known_cost_usd) as known_cost_usd,
        {{ sum_component('metrics_daily', 'cost_usd', 'decimal(18, 9)') }} as cost_usd
    from phases
    inner join metrics_daily
        on metrics_daily.metric_date between phases.start_date and phases.end_date
    group by phases.phase_id

),

window_requests as (

    select
        requests.*,
        phases.phase_id
    from phases
    inner join requests
        on requests.requested_date between phases.start_date and phases.end_date
    inner join metrics_daily on requests.requested_date = metrics_daily.metric_date

),

{{ counted_tasks('phase_id') }},

final as (

    select
        phases.phase_id,
        chosen_baseline.baseline_phase_id,
        phases.phase_name,
        phases.phase_order,
        named_strategies.strategy_names,
        phases.start_date,
        phases.end_date,
        summed_days.first_loaded_date,
        summed_days.last_loaded_date,
        phases.target_reduction_ratio,
        phases.target_reduction_max_ratio,
        summed_days.cost_usd,
        cast(summed_days.known_cost_usd as decimal(18, 9)) as known_cost_usd,
        1 - {{ safe_divide('summed_days.uncosted_tokens', 'summed_days.token_count') }}
            as costed_token_share,
        cast(coalesce(named_strategies.strategy_count, 0) as bigint) as strategy_count,
        cast(phases.end_date - phases.start_date + 1 as bigint) as planned_day_count,
        cast(coalesce(summed_days.day_count, 0) as bigint) as day_count,
        cast(coalesce(summed_days.active_day_count, 0) as bigint) as active_day_count,
        cast(coalesce(summed_days.request_count, 0) as bigint) as request_count,
        cast(coalesce(summed_days.api_call_count, 0) as bigint) as api_call_count,
        cast(coalesce(summed_days.cache_hit_count, 0) as bigint) as cache_hit_count,
        cast(coalesce(summed_days.uncosted_api_call_count, 0) as bigint)
            as uncosted_api_call_count,
        cast(coalesce(count_tasks.task_count, 0) as bigint) as task_count,
        cast(coalesce(count_tasks.completed_task_count, 0) as bigint)
            as completed_task_count,
        cast(coalesce(summed_days.token_count, 0) as bigint) as token_count,
        phases.is_baseline,
        phases.is_final as is_declared_final,
        coalesce(optimized_phases.optimized_position = 1, false) as is_first_optimized,
        coalesce(optimized_phases.final_position = 1, false) as is_reported_final,
        coalesce(
            optimized_phases.final_position = 1 and not phases.is_final, false
        ) as is_final_by_fallback,
        coalesce(first_events.first_event_date <= phases.end_date, false)
            as has_event_log
    from phases
    cross join first_events
    left join chosen_baseline on true
    left join optimized_phases on phases.phase_id = optimized_phases.phase_id
    left join named_strategies on phases.phase_id = named_strategies.phase_id
    left join summed_days on phases.phase_id = summed_days.phase_id
    left join count_tasks on phases.phase_id = count_tasks.phase_id

)

select * from final
