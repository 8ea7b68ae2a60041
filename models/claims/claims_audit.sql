-- The audit of a phase: what the log claims, what our valuation and the cost bridge
-- make of it, the drop that was measured, and the rest that is left, all per day with
-- API calls.
--   unexplained, claimed and valued columns   measured drop − claims: a part of the
--                                             drop that the log does not speak of, or
--                                             (below zero) claims that the bill does
--                                             not show
--   unexplained, supported column             what the bridge gives to no strategy; the
--                                             rest_factor lines say by which factor
--   over_claimed, over_claim_ratio            comparable_asserted against supported:
--                                             only claims the bridge has a factor for

with strategy_claims as (

    select * from {{ ref('int_strategy_claims') }}

),

claim_totals as (

    select * from {{ ref('int_claim_totals') }}

),

bridge_phases as (

    select * from {{ ref('cost_bridge_phases') }}

),

bridge_strategies as (

    select * from {{ ref('bridge_strategies') }}

),

closing_kinds as (

    select
        'total' as line_kind,
        1001 as line_order,
        'All claims' as line_label
    union all
    select
        'measured_drop' as line_kind,
        1002 as line_order,
        'Measured drop in daily cost' as line_label
    union all
    select
        'unexplained' as line_kind,
        1003 as line_order,
        'Unexplained rest' as line_label

),

stacked_lines as (

    select
        strategy_claims.phase_id,
        'strategy' as line_kind,
        strategy_claims.strategy_id as line_id,
        strategy_claims.display_order as line_order,
        strategy_claims.strategy_name as line_label,
        strategy_claims.strategy_id,
        strategy_claims.is_planned,
        {%- for column in claim_counts() %}
            strategy_claims.{{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            strategy_claims.{{ amount }}_usd_per_day,
        {%- endfor %}
        strategy_claims.asserted_usd_per_day as comparable_asserted_usd_per_day,
        strategy_claims.supported_usd_per_day,
        strategy_claims.claims_missing_reason,
        strategy_claims.support_missing_reason
    from strategy_claims
    union all
    select
        claim_totals.phase_id,
        closing_kinds.line_kind,
        closing_kinds.line_kind as line_id,
        closing_kinds.line_order,
        closing_kinds.line_label,
        null as strategy_id,
        null as is_planned,
        {%- for column in claim_counts() %}
            case
                when closing_kinds.line_kind = 'total' then claim_totals.{{ column }}
            end as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() %}
            {{ closing_value(amount ~ '_usd_per_day') }} as {{ amount }}_usd_per_day,
        {%- endfor %}
        {%- for amount in flagged_amounts() %}
            case
                when closing_kinds.line_kind = 'total'
                    then claim_totals.{{ amount }}_usd_per_day
            end as {{ amount }}_usd_per_day,
        {%- endfor %}
        case
            when closing_kinds.line_kind = 'total'
                then claim_totals.separable_asserted_usd_per_day
        end as comparable_asserted_usd_per_day,
        {{ closing_value('separable_supported_usd_per_day') }} as supported_usd_per_day,
        {{ closing_reason('claims_missing_reason') }} as claims_missing_reason,
        {{ closing_reason('support_missing_reason') }} as support_missing_reason
    from claim_totals
    cross join closing_kinds
    union all
    select
        bridge_phases.phase_id,
        'rest_factor' as line_kind,
        bridge_phases.factor_id as line_id,
        1003 + bridge_phases.factor_order as line_order,
        'of which: ' || bridge_phases.factor_name as line_label,
        null as strategy_id,
        null as is_planned,
        {%- for column in claim_counts() %}
            null as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            null as {{ amount }}_usd_per_day,
        {%- endfor %}
        null as comparable_asserted_usd_per_day,
        0 - bridge_phases.contribution_usd_per_day as supported_usd_per_day,
        'no_strategy_claims_it' as claims_missing_reason,
        bridge_phases.missing_reason as support_missing_reason
    from bridge_phases
    left join bridge_strategies
        on bridge_phases.factor_id = bridge_strategies.factor_id
    where bridge_strategies.strategy_id is null

),

compare_claims as (

    select
        stacked_lines.*,
        case
            when stacked_lines.supported_usd_per_day is not null
                then stacked_lines.comparable_asserted_usd_per_day
        end as compared_usd_per_day
    from stacked_lines

),

final as (

    select
        compare_claims.phase_id,
        compare_claims.line_kind,
        compare_claims.line_id,
        cast(compare_claims.line_order as integer) as line_order,
        compare_claims.line_label,
        cast(compare_claims.strategy_id as {{ dbt.type_string() }}) as strategy_id,
        cast(compare_claims.is_planned as boolean) as is_planned,
        {%- for column in claim_counts() %}
            cast(compare_claims.{{ column }} as bigint) as {{ column }},
        {%- endfor %}
        {%- for amount in claim_amounts() + flagged_amounts() %}
            cast(compare_claims.{{ amount }}_usd_per_day as double)
                as {{ amount }}_usd_per_day,
        {%- endfor %}
        cast(compare_claims.compared_usd_per_day as double)
            as comparable_asserted_usd_per_day,
        compare_claims.supported_usd_per_day,
        {{ over_claimed_usd(
            'compare_claims.compared_usd_per_day',
            'compare_claims.supported_usd_per_day'
        ) }} as over_claimed_usd_per_day,
        {{ over_claim_ratio(
            'compare_claims.compared_usd_per_day',
            'compare_claims.supported_usd_per_day'
        ) }} as over_claim_ratio,
        case
            when compare_claims.claimed_usd_per_day is null
                then compare_claims.claims_missing_reason
        end as claims_missing_reason,
        case
            when compare_claims.supported_usd_per_day is null
                then compare_claims.support_missing_reason
        end as support_missing_reason
    from compare_claims

)

select * from final
