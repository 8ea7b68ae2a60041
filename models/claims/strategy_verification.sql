-- Is each strategy verified on its own? Questions, each of which can end it: is it
-- planned and logged; does it claim no more tokens than there were; did traffic move
-- (int_strategy_traffic); are batches billed at a discount; did its driver (seed
-- optimization_strategies), which is never its own traffic, move the right way with an
-- interval that excludes zero; and does the cost bridge not contradict it. Where the
-- bridge has no factor of the strategy's own, the driver alone decides, and the reason
-- says that its dollars cannot be told apart.

with traffic as (

    select * from {{ ref('int_strategy_traffic') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

intervals as (

    select * from {{ ref('proof_intervals') }}

),

audit as (

    select * from {{ ref('claims_audit') }}

),

join_drivers as (

    select
        traffic.*,
        strategies.strategy_name,
        strategies.display_order,
        strategies.driver_metric_id,
        strategies.driver_direction,
        metric_definitions.metric_name as driver_metric_name,
        metric_definitions.unit as driver_unit,
        {%- for column in driver_interval_columns() %}
            intervals.{{ column }} as driver_{{ column }},
        {%- endfor %}
        intervals.reason_code as interval_reason_code,
        intervals.baseline_cluster_count,
        intervals.phase_cluster_count,
        intervals.reason_limit as interval_reason_limit,
        case
            when coalesce(intervals.verdict, 'not enough data') = 'not enough data'
                then 'not enough data'
            when
                intervals.change_value = 0
                and intervals.change_value_low = 0
                and intervals.change_value_high = 0
                then 'no change'
            when intervals.verdict = 'no clear change' then 'no clear change'
            when
                (strategies.driver_direction = 'lower') = (intervals.change_value < 0)
                then 'the right way'
            else 'the wrong way'
        end as driver_movement,
        audit.supported_usd_per_day,
        audit.support_missing_reason
    from traffic
    inner join strategies on traffic.strategy_id = strategies.strategy_id
    left join metric_definitions
        on strategies.driver_metric_id = metric_definitions.metric_id
    left join intervals
        on
            traffic.phase_id = intervals.phase_id
            and strategies.driver_metric_id = intervals.metric_id
    left join audit
        on
            traffic.phase_id = audit.phase_id
            and traffic.strategy_id = audit.strategy_id

),

find_answers as (

    select
        join_drivers.*,
        sum(join_drivers.claimed_tokens_per_day) over (
            partition by join_drivers.phase_id
        ) as all_claimed_tokens_per_day,
        case
            when join_drivers.api_call_count = 0 then 'no_call'
            when not join_drivers.has_event_log then 'no_event_log'
            when not join_drivers.is_switched_on and join_drivers.event_count > 0
                then 'unplanned'
            when not join_drivers.is_switched_on then 'off'
            when join_drivers.event_count = 0 then 'no_event'
            when
                join_drivers.claimed_tokens_per_day > 0
                and sum(join_drivers.claimed_tokens_per_day) over (
                    partition by join_drivers.phase_id
                ) > join_drivers.used_tokens_per_day
                then 'too_many_tokens'
            when join_drivers.has_traffic_moved is null then 'traffic_unknown'
            when not join_drivers.has_traffic_moved then 'no_traffic'
            when
                join_drivers.strategy_id = 'batch_processing'
                and join_drivers.is_discount_billed is null
                then 'discount_unknown'
            when not join_drivers.is_discount_billed then 'no_discount'
            when join_drivers.driver_movement = 'the wrong way' then 'wrong_way'
            when join_drivers.driver_movement = 'no change' then 'driver_unchanged'
            when join_drivers.driver_movement != 'the right way' then 'driver_unsettled'
            when round(join_drivers.supported_usd_per_day, 9) <= 0 then 'no_saving'
            else 'verified'
        end as answer
    from join_drivers

),

final as (

    select
        find_answers.phase_id,
        find_answers.baseline_phase_id,
        find_answers.strategy_id,
        find_answers.strategy_name,
        find_answers.display_order,
        find_answers.is_switched_on as is_planned,
        find_answers.event_count,
        find_answers.orphan_event_count,
        find_answers.traffic_unit,
        find_answers.traffic_value,
        find_answers.baseline_traffic_value,
        find_answers.has_traffic_moved,
        find_answers.driver_metric_id,
        find_answers.driver_metric_name,
        find_answers.driver_unit,
        find_answers.driver_direction,
        {%- for column in driver_interval_columns() %}
            find_answers.driver_{{ column }},
        {%- endfor %}
        find_answers.driver_movement,
        find_answers.supported_usd_per_day,
        find_answers.claimed_tokens_per_day,
        find_answers.all_claimed_tokens_per_day,
        find_answers.used_tokens_per_day,
        case
            when find_answers.answer = 'verified' then 'verified'
            when find_answers.answer = 'driver_unsettled' then 'inconclusive'
            when
                find_answers.answer in (
                    'no_call', 'no_event_log', 'traffic_unknown', 'discount_unknown'
                )
                then 'not measurable'
            else 'not verified'
        end as status,
        find_answers.answer as reason_code,
        find_answers.interval_reason_code,
        find_answers.baseline_cluster_count,
        find_answers.phase_cluster_count,
        find_answers.interval_reason_limit,
        find_answers.support_missing_reason
    from find_answers

)

select * from final
