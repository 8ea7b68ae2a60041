-- Is each strategy verified on its own? Four questions, each of which can end it: is it
-- planned and logged; did traffic move; did its driver (seed optimization_strategies)
-- move the right way with an interval that excludes zero; and does the cost bridge not
-- contradict it. Traffic is
--   model_routing     share of calls that went to other models than in the baseline
--                     (needs no event)
--   response_caching  hits / requests
--   context_pruning   tokens cut per day with calls, as logged
--   batch_processing  API calls in a batch / API calls
--   lazy_loading      deferrals per day with calls, as logged
--   any other         share of API calls its events are matched to
-- and has moved when it is above the baseline's, or above zero where only events tell.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

strategy_savings as (

    select * from {{ ref('phase_strategy_savings') }}

),

model_shifts as (

    select * from {{ ref('int_model_call_shifts') }}

),

intervals as (

    select * from {{ ref('proof_intervals') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

audit as (

    select * from {{ ref('claims_audit') }}

),

pivot_metrics as (

    select
        intervals.phase_id,
        {%- for metric_id in [
            'cache_hit_rate', 'batch_efficiency', 'lazy_deferred_per_day'
        ] %}
            max(intervals.phase_value) filter (
                where intervals.metric_id = '{{ metric_id }}'
            ) as {{ metric_id }},
            max(intervals.baseline_value) filter (
                where intervals.metric_id = '{{ metric_id }}'
            ) as baseline_{{ metric_id }},
        {%- endfor %}
        count(*) as metric_count
    from intervals
    group by intervals.phase_id

),

measure_traffic as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        strategies.strategy_id,
        strategies.strategy_name,
        strategies.display_order,
        strategies.driver_metric_id,
        strategies.driver_direction,
        phase_windows.has_event_log,
        phase_windows.api_call_count,
        strategy_savings.is_switched_on,
        strategy_savings.event_count,
        strategy_savings.orphan_event_count,
        case strategies.strategy_id
            when 'context_pruning' then 'tokens'
            when 'lazy_loading' then 'count'
            else 'ratio'
        end as traffic_unit,
        case strategies.strategy_id
            when 'model_routing' then model_shifts.shifted_call_share
            when 'response_caching' then pivot_metrics.cache_hit_rate
            when 'batch_processing' then pivot_metrics.batch_efficiency
            when 'lazy_loading' then pivot_metrics.lazy_deferred_per_day
            when 'context_pruning'
                then
                    case
                        when phase_windows.has_event_log
                            then strategy_savings.tokens_saved_per_day
                    end
            else
                case
                    when phase_windows.has_event_log
                        then strategy_savings.matched_call_share
                end
        end as traffic_value,
        case strategies.strategy_id
            when 'response_caching' then pivot_metrics.baseline_cache_hit_rate
            when 'batch_processing' then pivot_metrics.baseline_batch_efficiency
            else 0
        end as baseline_traffic_value
    from phase_windows
    cross join strategies
    inner join strategy_savings
        on
            phase_windows.phase_id = strategy_savings.phase_id
            and strategies.strategy_id = strategy_savings.strategy_id
    left join pivot_metrics on phase_windows.phase_id = pivot_metrics.phase_id
    left join model_shifts on phase_windows.phase_id = model_shifts.phase_id
    where not phase_windows.is_baseline

),

join_drivers as (

    select
        measure_traffic.*,
        measure_traffic.traffic_value
        > measure_traffic.baseline_traffic_value as has_traffic_moved,
        metric_definitions.metric_name as driver_metric_name,
        metric_definitions.unit as driver_unit,
        intervals.baseline_value as driver_baseline_value,
        intervals.phase_value as driver_phase_value,
        intervals.change_value as driver_change_value,
        intervals.change_value_low as driver_change_value_low,
        intervals.change_value_high as driver_change_value_high,
        intervals.change_ratio as driver_change_ratio,
        intervals.change_ratio_low as driver_change_ratio_low,
        intervals.change_ratio_high as driver_change_ratio_high,
        intervals.verdict_reason,
        case
            when coalesce(intervals.verdict, 'not enough data') = 'not enough data'
                then 'not enough data'
            when intervals.verdict = 'no clear change' then 'no clear change'
            when
                (measure_traffic.driver_direction = 'lower')
                = (intervals.change_value < 0)
                then 'the right way'
            else 'the wrong way'
        end as driver_movement,
        audit.supported_usd_per_day
    from measure_traffic
    left join metric_definitions
        on measure_traffic.driver_metric_id = metric_definitions.metric_id
    left join intervals
        on
            measure_traffic.phase_id = intervals.phase_id
            and measure_traffic.driver_metric_id = intervals.metric_id
    left join audit
        on
            measure_traffic.phase_id = audit.phase_id
            and measure_traffic.strategy_id = audit.strategy_id

),

judge_strategies as (

    select
        join_drivers.*,
        case
            when join_drivers.api_call_count = 0 then 'not measurable'
            when not join_drivers.has_event_log then 'not measurable'
            when not join_drivers.is_switched_on then 'not verified'
            when join_drivers.event_count = 0 then 'not verified'
            when join_drivers.has_traffic_moved is null then 'not measurable'
            when not join_drivers.has_traffic_moved then 'not verified'
            when join_drivers.driver_movement = 'the wrong way' then 'not verified'
            when join_drivers.driver_movement in ('not enough data', 'no clear change')
                then 'inconclusive'
            when round(join_drivers.supported_usd_per_day, 9) <= 0 then 'not verified'
            else 'verified'
        end as status,
        case
            when join_drivers.api_call_count = 0
                then 'no API call was logged in this phase'
            when not join_drivers.has_event_log
                then 'no optimization event was ever logged'
            when not join_drivers.is_switched_on and join_drivers.event_count > 0
                then 'the log has events of it, but the plan does not switch it on'
            when not join_drivers.is_switched_on then 'the plan does not switch it on'
            when join_drivers.event_count = 0
                then 'the plan switches it on, but the log has no event of it'
            when join_drivers.has_traffic_moved is null
                then 'whether traffic moved was not logged'
            when not join_drivers.has_traffic_moved
                then 'the log has events of it, but no traffic moved'
            when join_drivers.driver_movement = 'the wrong way'
                then
                    'traffic moved, but its driver went the wrong way: '
                    || join_drivers.driver_metric_name
            when join_drivers.driver_movement in ('not enough data', 'no clear change')
                then
                    'traffic moved, but whether its driver did is not settled: '
                    || join_drivers.driver_metric_name
                    || ', '
                    || coalesce(join_drivers.verdict_reason, 'no interval')
            when round(join_drivers.supported_usd_per_day, 9) <= 0
                then
                    'traffic and its driver moved, but the cost bridge shows no'
                    || ' saving by it'
            else
                'traffic moved and its driver with it: '
                || join_drivers.driver_metric_name
                || ', '
                || join_drivers.verdict_reason
        end as reason
    from join_drivers

),

final as (

    select
        judge_strategies.phase_id,
        judge_strategies.baseline_phase_id,
        judge_strategies.strategy_id,
        judge_strategies.strategy_name,
        judge_strategies.display_order,
        judge_strategies.is_switched_on as is_planned,
        judge_strategies.event_count,
        judge_strategies.orphan_event_count,
        judge_strategies.traffic_unit,
        judge_strategies.traffic_value,
        judge_strategies.baseline_traffic_value,
        judge_strategies.has_traffic_moved,
        judge_strategies.driver_metric_id,
        judge_strategies.driver_metric_name,
        judge_strategies.driver_unit,
        judge_strategies.driver_direction,
        judge_strategies.driver_baseline_value,
        judge_strategies.driver_phase_value,
        judge_strategies.driver_change_value,
        judge_strategies.driver_change_value_low,
        judge_strategies.driver_change_value_high,
        judge_strategies.driver_change_ratio,
        judge_strategies.driver_change_ratio_low,
        judge_strategies.driver_change_ratio_high,
        judge_strategies.driver_movement,
        judge_strategies.supported_usd_per_day,
        judge_strategies.status,
        judge_strategies.reason
    from judge_strategies

)

select * from final
