-- What the log claims of each strategy in each phase, per day with API calls, beside
-- what the cost bridge supports. Without any event log claims are unknown, not zero; a
-- strategy without claims claims nothing, one whose claims have no dollars is unknown.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

phase_strategies as (

    select * from {{ ref('phase_strategies') }}

),

audit_daily as (

    select * from {{ ref('claims_audit_daily') }}

),

supports as (

    select * from {{ ref('int_strategy_supports') }}

),

sum_days as (

    select
        audit_daily.phase_id,
        audit_daily.strategy_id,
        {%- for column in claim_counts() %}
            sum(audit_daily.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() %}
            case
                when sum(audit_daily.saving_claim_count) = 0 then 0
                else sum(audit_daily.{{ amount }}_usd) filter (
                    where audit_daily.saving_claim_count > 0
                )
            end as {{ amount }}_usd,
        {%- endfor %}
        sum(audit_daily.orphan_asserted_usd) as orphan_asserted_usd,
        sum(audit_daily.double_asserted_usd) as double_asserted_usd
    from audit_daily
    group by
        audit_daily.phase_id,
        audit_daily.strategy_id

),

final as (

    select
        phase_windows.phase_id,
        strategies.strategy_id,
        strategies.strategy_name,
        strategies.display_order,
        phase_strategies.strategy_id is not null as is_planned,
        {%- for column in claim_counts() %}
            cast(coalesce(sum_days.{{ column }}, 0) as bigint) as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            case
                when phase_windows.has_event_log
                    then {{ safe_divide(
                        'sum_days.' ~ amount ~ '_usd', 'phase_windows.active_day_count'
                    ) }}
            end as {{ amount }}_usd_per_day,
        {%- endfor %}
        supports.is_separable,
        supports.supported_usd_per_day,
        case
            when phase_windows.day_count = 0 then 'not_loaded_in_phase'
            when not phase_windows.has_event_log
                then 'no_event_log'
            when sum_days.claimed_usd is null then 'no_dollars_named'
        end as claims_missing_reason,
        supports.missing_reason as support_missing_reason
    from phase_windows
    cross join strategies
    inner join supports
        on
            phase_windows.phase_id = supports.phase_id
            and strategies.strategy_id = supports.strategy_id
    left join phase_strategies
        on
            phase_windows.phase_id = phase_strategies.phase_id
            and strategies.strategy_id = phase_strategies.strategy_id
    left join sum_days
        on
            phase_windows.phase_id = sum_days.phase_id
            and strategies.strategy_id = sum_days.strategy_id
    where not phase_windows.is_baseline

)

select * from final
