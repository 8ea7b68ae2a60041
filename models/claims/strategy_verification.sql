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
        intervals.verdict_reason,
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
            when join_drivers.api_call_count = 0 then 'no call'
            when not join_drivers.has_event_log then 'no log'
            when not join_drivers.is_switched_on and join_drivers.event_count > 0
                then 'unplanned'
            when not join_drivers.is_switched_on then 'off'
            when join_drivers.event_count = 0 then 'no event'
            when
                join_drivers.claimed_tokens_per_day > 0
                and sum(join_drivers.claimed_tokens_per_day) over (
                    partition by join_drivers.phase_id
                ) > join_drivers.used_tokens_per_day
                then 'too many tokens'
            when join_drivers.has_traffic_moved is null then 'traffic unknown'
            when not join_drivers.has_traffic_moved then 'no traffic'
            when
                join_drivers.strategy_id = 'batch_processing'
                and join_drivers.is_discount_billed is null
                then 'discount unknown'
            when not join_drivers.is_discount_billed then 'no discount'
            when join_drivers.driver_movement = 'the wrong way' then 'wrong way'
            when join_drivers.driver_movement = 'no change' then 'no change'
            when join_drivers.driver_movement != 'the right way' then 'unsettled'
            when round(join_drivers.supported_usd_per_day, 9) <= 0 then 'no saving'
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
        find_answers.used_tokens_per_day,
        case
            when find_answers.answer = 'verified' then 'verified'
            when find_answers.answer = 'unsettled' then 'inconclusive'
            when
                find_answers.answer in (
                    'no call', 'no log', 'traffic unknown', 'discount unknown'
                )
                then 'not measurable'
            else 'not verified'
        end as status,
        case find_answers.answer
            when 'no call' then 'no API call was logged in this phase'
            when 'no log' then 'no optimization event was ever logged'
            when 'unplanned'
                then 'the log has events of it, but the plan does not switch it on'
            when 'off' then 'the plan does not switch it on'
            when 'no event'
                then 'the plan switches it on, but the log has no event of it'
            when 'too many tokens'
                then
                    'the log claims more tokens saved than all calls used: '
                    || cast(cast(find_answers.all_claimed_tokens_per_day as bigint)
                    as {{ dbt.type_string() }})
                    || ' against '
                    || cast(cast(find_answers.used_tokens_per_day as bigint)
                    as {{ dbt.type_string() }})
                    || ' a day'
            when 'discount unknown'
                then
                    'calls went in batches, but no cost was logged that could show'
                    || ' the discount'
            when 'no discount'
                then
                    'calls went in batches, but what was billed for them shows no'
                    || ' discount'
            when 'traffic unknown' then 'whether traffic moved was not logged'
            when 'no traffic' then 'the log has events of it, but no traffic moved'
            when 'wrong way'
                then
                    'traffic moved, but its driver went the wrong way: '
                    || find_answers.driver_metric_name
            when 'no change'
                then
                    'traffic moved, but its driver stayed exactly as it was: '
                    || find_answers.driver_metric_name
            when 'unsettled'
                then
                    'traffic moved, but whether its driver did is not settled: '
                    || find_answers.driver_metric_name
                    || ', '
                    || coalesce(find_answers.verdict_reason, 'no interval')
            when 'no saving'
                then
                    'traffic and its driver moved, but the cost bridge shows no'
                    || ' saving by it'
            else
                'traffic moved and its driver with it: '
                || find_answers.driver_metric_name
                || ', '
                || find_answers.verdict_reason
                || coalesce(
                    '; its dollars: ' || find_answers.support_missing_reason, ''
                )
        end as reason
    from find_answers

)

select * from final
