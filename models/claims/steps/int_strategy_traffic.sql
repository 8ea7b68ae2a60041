-- Did a strategy move traffic? What counts as its traffic:
--   model_routing     share of calls that went to other models than in the baseline
--                     (needs no event)
--   response_caching  hits / requests
--   context_pruning   tokens cut per day with calls, as logged
--   batch_processing  API calls in a batch / API calls
--   lazy_loading      deferrals per day with calls, as logged
--   any other         share of API calls its events are matched to
-- It has moved when it is above the baseline's, or above zero where only events tell.
--   used_tokens_per_day  what all calls used, or would have at as many tokens a request
--                        as in the baseline: nobody can have saved more than that
--   is_discount_billed   whether what was recorded for batched calls is nearer to the
--                        discounted list price than to the full one; null where no cost
--                        was recorded

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

requests as (

    select * from {{ ref('fct_requests') }}

),

billed_batches as (

    select
        phase_windows.phase_id,
        sum(requests.recorded_cost_usd)
        <= sum(requests.list_cost_usd) * (1 + 1 / {{ batch_price_factor() }}) / 2
            as is_discount_billed
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    where
        requests.is_api_call
        and requests.recorded_cost_usd is not null
        and requests.list_cost_usd > 0
        and {{ is_batch_priced('requests') }}
    group by phase_windows.phase_id

),

pivot_metrics as (

    select
        intervals.phase_id,
        {%- for metric_id in [
            'cache_hit_rate', 'batch_efficiency', 'lazy_deferred_per_day',
            'tokens_per_day', 'requests_per_day'
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
        phase_windows.api_call_count,
        strategy_savings.event_count,
        strategy_savings.orphan_event_count,
        phase_windows.has_event_log,
        strategy_savings.is_switched_on,
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
            -- A baseline whose log names no batch is no reason not to see those since.
            when 'batch_processing'
                then coalesce(pivot_metrics.baseline_batch_efficiency, 0)
            else 0
        end as baseline_traffic_value,
        case
            when phase_windows.has_event_log
                then strategy_savings.tokens_saved_per_day
        end as claimed_tokens_per_day,
        greatest(
            pivot_metrics.tokens_per_day,
            pivot_metrics.baseline_tokens_per_day
            * {{ safe_divide(
                'pivot_metrics.requests_per_day',
                'pivot_metrics.baseline_requests_per_day'
            ) }}
        ) as used_tokens_per_day,
        case
            when strategies.strategy_id = 'batch_processing'
                then billed_batches.is_discount_billed
        end as is_discount_billed
    from phase_windows
    cross join strategies
    inner join strategy_savings
        on
            phase_windows.phase_id = strategy_savings.phase_id
            and strategies.strategy_id = strategy_savings.strategy_id
    left join pivot_metrics on phase_windows.phase_id = pivot_metrics.phase_id
    left join model_shifts on phase_windows.phase_id = model_shifts.phase_id
    left join billed_batches on phase_windows.phase_id = billed_batches.phase_id
    where not phase_windows.is_baseline

),

final as (

    select
        measure_traffic.phase_id,
        measure_traffic.baseline_phase_id,
        measure_traffic.strategy_id,
        measure_traffic.api_call_count,
        measure_traffic.event_count,
        measure_traffic.orphan_event_count,
        measure_traffic.traffic_unit,
        measure_traffic.traffic_value,
        measure_traffic.baseline_traffic_value,
        measure_traffic.has_event_log,
        measure_traffic.is_switched_on,
        measure_traffic.traffic_value
        > measure_traffic.baseline_traffic_value as has_traffic_moved,
        measure_traffic.claimed_tokens_per_day,
        measure_traffic.used_tokens_per_day,
        measure_traffic.is_discount_billed
    from measure_traffic

)

select * from final
