-- The audit of a phase: what the log claims, what our valuation and the cost bridge
-- make of it, the drop that was measured, and the rest that is left, all per day with
-- API calls.
--   unexplained, claimed and valued columns   measured drop − claims: a part of the
--                                             drop that the log does not speak of, or
--                                             (below zero) claims that the bill does
--                                             not show
--   unexplained, supported column             what the bridge gives to no strategy:
--                                             workload, prices, and what tokens do not
--                                             explain

{% set counts = [
    'event_count', 'saving_claim_count', 'undeclared_claim_count',
    'unvalued_claim_count', 'orphan_event_count', 'double_claim_count',
    'shared_claim_count'
] %}
{% set amounts = ['claimed', 'valued', 'asserted'] %}
{% set flagged_amounts = ['orphan_asserted', 'double_asserted'] %}

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

bridge_phases as (

    select * from {{ ref('cost_bridge_phases') }}

),

bridge_strategies as (

    select * from {{ ref('bridge_strategies') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

sum_days as (

    select
        audit_daily.phase_id,
        audit_daily.strategy_id,
        {%- for column in counts %}
            sum(audit_daily.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for amount in amounts %}
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

sum_contributions as (

    select
        bridge_phases.phase_id,
        bridge_strategies.strategy_id,
        case
            when count(*) = count(bridge_phases.contribution_usd_per_day)
                then 0 - sum(bridge_phases.contribution_usd_per_day)
        end as supported_usd_per_day,
        min(bridge_phases.missing_reason) as missing_reason
    from bridge_phases
    inner join bridge_strategies
        on bridge_phases.factor_id = bridge_strategies.factor_id
    group by
        bridge_phases.phase_id,
        bridge_strategies.strategy_id

),

strategy_lines as (

    select
        phase_windows.phase_id,
        'strategy' as line_kind,
        strategies.strategy_id as line_id,
        strategies.display_order as line_order,
        strategies.strategy_name as line_label,
        strategies.strategy_id,
        phase_strategies.strategy_id is not null as is_planned,
        coalesce(sum_days.event_count, 0) as event_count,
        coalesce(sum_days.saving_claim_count, 0) as saving_claim_count,
        coalesce(sum_days.undeclared_claim_count, 0) as undeclared_claim_count,
        coalesce(sum_days.unvalued_claim_count, 0) as unvalued_claim_count,
        coalesce(sum_days.orphan_event_count, 0) as orphan_event_count,
        coalesce(sum_days.double_claim_count, 0) as double_claim_count,
        coalesce(sum_days.shared_claim_count, 0) as shared_claim_count,
        {%- for amount in amounts + flagged_amounts %}
            case
                when phase_windows.has_event_log
                    then {{ safe_divide(
                    'sum_days.' ~ amount ~ '_usd', 'phase_windows.active_day_count'
                ) }}
            end as {{ amount }}_usd_per_day,
        {%- endfor %}
        sum_contributions.supported_usd_per_day,
        sum_contributions.strategy_id is not null as is_bridged,
        case
            when phase_windows.day_count = 0 then 'no data were logged in this phase'
            when not phase_windows.has_event_log
                then 'no optimization event was ever logged'
            when sum_days.claimed_usd is null then 'the log names no dollars'
        end as claims_missing_reason,
        coalesce(
            sum_contributions.missing_reason,
            case
                when sum_contributions.strategy_id is null
                    then 'no factor of the cost bridge stands for this strategy'
            end
        ) as support_missing_reason
    from phase_windows
    cross join strategies
    left join phase_strategies
        on
            phase_windows.phase_id = phase_strategies.phase_id
            and strategies.strategy_id = phase_strategies.strategy_id
    left join sum_days
        on
            phase_windows.phase_id = sum_days.phase_id
            and strategies.strategy_id = sum_days.strategy_id
    left join sum_contributions
        on
            phase_windows.phase_id = sum_contributions.phase_id
            and strategies.strategy_id = sum_contributions.strategy_id
    where not phase_windows.is_baseline

),

total_lines as (

    select
        strategy_lines.phase_id,
        {%- for column in counts %}
            sum(strategy_lines.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for amount in amounts + flagged_amounts %}
        -- A strategy without claims counts as nothing, one without dollars is unknown.
            case
                when
                    count(*) = count(strategy_lines.{{ amount }}_usd_per_day)
                    then sum(strategy_lines.{{ amount }}_usd_per_day)
            end as {{ amount }}_usd_per_day,
        {%- endfor %}
        case
            when
                count(*) filter (where strategy_lines.is_bridged)
                = count(strategy_lines.supported_usd_per_day)
                then sum(strategy_lines.supported_usd_per_day)
        end as supported_usd_per_day,
        min(strategy_lines.claims_missing_reason) as claims_missing_reason,
        min(strategy_lines.support_missing_reason) filter (
            where strategy_lines.is_bridged
        ) as support_missing_reason
    from strategy_lines
    group by strategy_lines.phase_id

),

measured_drops as (

    select
        phase_comparison.phase_id,
        0 - phase_comparison.change_value as drop_usd_per_day,
        phase_comparison.missing_reason
    from phase_comparison
    where phase_comparison.metric_id = 'daily_cost'

),

stacked_lines as (

    select
        strategy_lines.phase_id,
        strategy_lines.line_kind,
        strategy_lines.line_id,
        strategy_lines.line_order,
        strategy_lines.line_label,
        strategy_lines.strategy_id,
        strategy_lines.is_planned,
        {%- for column in counts %}
            strategy_lines.{{ column }},
        {%- endfor %}
        {%- for amount in amounts + flagged_amounts %}
            strategy_lines.{{ amount }}_usd_per_day,
        {%- endfor %}
        strategy_lines.supported_usd_per_day,
        strategy_lines.claims_missing_reason,
        strategy_lines.support_missing_reason
    from strategy_lines
    union all
    select
        total_lines.phase_id,
        'total' as line_kind,
        'total' as line_id,
        1001 as line_order,
        'All claims' as line_label,
        null as strategy_id,
        null as is_planned,
        {%- for column in counts %}
            total_lines.{{ column }},
        {%- endfor %}
        {%- for amount in amounts + flagged_amounts %}
            total_lines.{{ amount }}_usd_per_day,
        {%- endfor %}
        total_lines.supported_usd_per_day,
        total_lines.claims_missing_reason,
        total_lines.support_missing_reason
    from total_lines
    union all
    select
        measured_drops.phase_id,
        'measured_drop' as line_kind,
        'measured_drop' as line_id,
        1002 as line_order,
        'Measured drop in daily cost' as line_label,
        null as strategy_id,
        null as is_planned,
        {%- for column in counts %}
            null as {{ column }},
        {%- endfor %}
        {%- for amount in amounts %}
            measured_drops.drop_usd_per_day as {{ amount }}_usd_per_day,
        {%- endfor %}
        {%- for amount in flagged_amounts %}
            null as {{ amount }}_usd_per_day,
        {%- endfor %}
        measured_drops.drop_usd_per_day as supported_usd_per_day,
        measured_drops.missing_reason as claims_missing_reason,
        measured_drops.missing_reason as support_missing_reason
    from measured_drops
    union all
    select
        total_lines.phase_id,
        'unexplained' as line_kind,
        'unexplained' as line_id,
        1003 as line_order,
        'Unexplained rest' as line_label,
        null as strategy_id,
        null as is_planned,
        {%- for column in counts %}
            null as {{ column }},
        {%- endfor %}
        {%- for amount in amounts %}
            measured_drops.drop_usd_per_day
            - total_lines.{{ amount }}_usd_per_day as {{ amount }}_usd_per_day,
        {%- endfor %}
        {%- for amount in flagged_amounts %}
            null as {{ amount }}_usd_per_day,
        {%- endfor %}
        measured_drops.drop_usd_per_day
        - total_lines.supported_usd_per_day as supported_usd_per_day,
        coalesce(
            measured_drops.missing_reason, total_lines.claims_missing_reason
        ) as claims_missing_reason,
        coalesce(
            measured_drops.missing_reason, total_lines.support_missing_reason
        ) as support_missing_reason
    from total_lines
    left join measured_drops on total_lines.phase_id = measured_drops.phase_id

),

final as (

    select
        stacked_lines.phase_id,
        stacked_lines.line_kind,
        stacked_lines.line_id,
        cast(stacked_lines.line_order as integer) as line_order,
        stacked_lines.line_label,
        cast(stacked_lines.strategy_id as {{ dbt.type_string() }}) as strategy_id,
        cast(stacked_lines.is_planned as boolean) as is_planned,
        cast(stacked_lines.event_count as bigint) as event_count,
        cast(stacked_lines.saving_claim_count as bigint) as saving_claim_count,
        cast(stacked_lines.undeclared_claim_count as bigint) as undeclared_claim_count,
        cast(stacked_lines.unvalued_claim_count as bigint) as unvalued_claim_count,
        cast(stacked_lines.orphan_event_count as bigint) as orphan_event_count,
        cast(stacked_lines.double_claim_count as bigint) as double_claim_count,
        cast(stacked_lines.shared_claim_count as bigint) as shared_claim_count,
        stacked_lines.claimed_usd_per_day,
        stacked_lines.valued_usd_per_day,
        stacked_lines.asserted_usd_per_day,
        stacked_lines.orphan_asserted_usd_per_day,
        stacked_lines.double_asserted_usd_per_day,
        stacked_lines.supported_usd_per_day,
        case
            when stacked_lines.line_kind in ('strategy', 'total')
                then {{ over_claimed_usd(
                    'stacked_lines.asserted_usd_per_day',
                    'stacked_lines.supported_usd_per_day'
                ) }}
        end as over_claimed_usd_per_day,
        case
            when stacked_lines.line_kind in ('strategy', 'total')
                then {{ over_claim_ratio(
                    'stacked_lines.asserted_usd_per_day',
                    'stacked_lines.supported_usd_per_day'
                ) }}
        end as over_claim_ratio,
        case
            when stacked_lines.claimed_usd_per_day is null
                then stacked_lines.claims_missing_reason
        end as claims_missing_reason,
        case
            when stacked_lines.supported_usd_per_day is null
                then stacked_lines.support_missing_reason
        end as support_missing_reason
    from stacked_lines

)

select * from final
