-- Claims are neither lost nor doubled between the log and the audit: each day's equal
-- the events', a phase's equal its days', strategies add up to the total, total and
-- rest to the measured drop, and the factors of the rest to the rest (tolerance:
-- floating point). The ratio of all claims compares the strategies it supports. Days in
-- exact decimals.
with events as (

    select * from {{ ref('fct_optimization_events') }}
    where is_saving_claim

),

audit_daily as (

    select * from {{ ref('claims_audit_daily') }}

),

audit as (

    select * from {{ ref('claims_audit') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

sum_events as (

    select
        count(*) as claim_count,
        coalesce(sum(claimed_savings_usd), 0) as claimed_usd,
        coalesce(sum(valued_savings_usd), 0) as valued_usd,
        count(*) filter (where is_orphan) as orphan_count
    from events

),

sum_audit as (

    select
        coalesce(sum(saving_claim_count), 0) as claim_count,
        coalesce(sum(claimed_usd), 0) as claimed_usd,
        coalesce(sum(valued_usd), 0) as valued_usd,
        coalesce(sum(orphan_event_count), 0) as orphan_count
    from audit_daily

),

log_problems as (

    select
        'days are not the log' as problem,
        cast(null as {{ dbt.type_string() }}) as phase_id
    from sum_events
    cross join sum_audit
    where
        sum_events.claim_count is distinct from sum_audit.claim_count
        or sum_events.claimed_usd is distinct from sum_audit.claimed_usd
        or sum_events.valued_usd is distinct from sum_audit.valued_usd
        or sum_events.orphan_count is distinct from sum_audit.orphan_count

),

sum_days as (

    select
        phase_id,
        strategy_id,
        sum(saving_claim_count) as claim_count,
        cast(sum(asserted_usd) as double) as asserted_usd
    from audit_daily
    group by
        phase_id,
        strategy_id

),

phase_problems as (

    select
        'a phase is not its days' as problem,
        audit.phase_id
    from audit
    inner join phase_windows on audit.phase_id = phase_windows.phase_id
    left join sum_days
        on
            audit.phase_id = sum_days.phase_id
            and audit.strategy_id = sum_days.strategy_id
    where
        audit.line_kind = 'strategy'
        and (
            audit.saving_claim_count
            is distinct from coalesce(sum_days.claim_count, 0)
            or abs(
                audit.asserted_usd_per_day * phase_windows.active_day_count
                - sum_days.asserted_usd
            ) > 1e-6
        )

),

closing_lines as (

    select
        phase_id,
        sum(asserted_usd_per_day) filter (
            where line_kind = 'strategy'
        ) as strategies_usd,
        sum(supported_usd_per_day) filter (
            where line_kind = 'strategy'
        ) as strategies_supported_usd,
        sum(comparable_asserted_usd_per_day) filter (
            where line_kind = 'strategy'
        ) as strategies_comparable_usd,
        sum(supported_usd_per_day) filter (
            where line_kind = 'rest_factor'
        ) as factors_supported_usd,
        max(comparable_asserted_usd_per_day) filter (
            where line_kind = 'total'
        ) as total_comparable_usd,
        max(asserted_usd_per_day) filter (where line_kind = 'total') as total_usd,
        max(supported_usd_per_day) filter (
            where line_kind = 'total'
        ) as total_supported_usd,
        max(asserted_usd_per_day) filter (
            where line_kind = 'measured_drop'
        ) as drop_usd,
        max(asserted_usd_per_day) filter (where line_kind = 'unexplained') as rest_usd,
        max(supported_usd_per_day) filter (
            where line_kind = 'unexplained'
        ) as rest_supported_usd
    from audit
    group by phase_id

),

closing_problems as (

    select
        'lines do not close' as problem,
        phase_id
    from closing_lines
    where
        abs(strategies_usd - total_usd) > 1e-9
        or abs(total_usd + rest_usd - drop_usd) > 1e-9
        or abs(strategies_supported_usd - total_supported_usd) > 1e-9
        or abs(total_supported_usd + rest_supported_usd - drop_usd) > 1e-9
        or abs(rest_supported_usd - factors_supported_usd) > 1e-9
        or abs(strategies_comparable_usd - total_comparable_usd) > 1e-9

),

final as (

    select
        log_problems.problem,
        log_problems.phase_id
    from log_problems
    union all
    select
        phase_problems.problem,
        phase_problems.phase_id
    from phase_problems
    union all
    select
        closing_problems.problem,
        closing_problems.phase_id
    from closing_problems

)

select * from final
