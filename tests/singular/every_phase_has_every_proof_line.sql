-- Nothing is left out of the proof: each phase after the baseline has every hygiene
-- check, every quality metric with a margin, every strategy in audit and verification,
-- the three closing lines of the audit, each factor of the bridge that belongs to no
-- strategy, and one headline.
with phases as (

    select * from {{ ref('phase_windows') }}
    where not is_baseline and baseline_phase_id is not null

),

wanted_lines as (

    select
        phases.phase_id,
        'hygiene' as list_name,
        thresholds.check_id as line_id
    from phases
    cross join {{ ref('hygiene_thresholds') }} as thresholds
    union all
    select
        phases.phase_id,
        'quality' as list_name,
        margins.metric_id as line_id
    from phases
    cross join {{ ref('quality_margins') }} as margins
    union all
    select
        phases.phase_id,
        lists.list_name,
        strategies.strategy_id as line_id
    from phases
    cross join {{ ref('optimization_strategies') }} as strategies
    cross join (values ('audit'), ('verification')) as lists (list_name)
    union all
    select
        phases.phase_id,
        'audit' as list_name,
        closing.line_id
    from phases
    cross join (
        values ('total'), ('measured_drop'), ('unexplained')
    ) as closing (line_id)
    union all
    select
        phases.phase_id,
        'audit' as list_name,
        factors.factor_id as line_id
    from phases
    cross join {{ ref('bridge_factors') }} as factors
    left join {{ ref('bridge_strategies') }} as bridge_strategies
        on factors.factor_id = bridge_strategies.factor_id
    where bridge_strategies.strategy_id is null
    union all
    select
        phases.phase_id,
        'headline' as list_name,
        'headline' as line_id
    from phases

),

found_lines as (

    select
        phase_id,
        'hygiene' as list_name,
        check_id as line_id
    from {{ ref('hygiene_checks') }}
    union all
    select
        phase_id,
        'quality' as list_name,
        metric_id as line_id
    from {{ ref('quality_checks') }}
    union all
    select
        phase_id,
        'audit' as list_name,
        line_id
    from {{ ref('claims_audit') }}
    union all
    select
        phase_id,
        'verification' as list_name,
        strategy_id as line_id
    from {{ ref('strategy_verification') }}
    union all
    select
        phase_id,
        'headline' as list_name,
        'headline' as line_id
    from {{ ref('headline_verdicts') }}

),

final as (

    select
        wanted_lines.phase_id as wanted_phase_id,
        wanted_lines.line_id as wanted_line_id,
        found_lines.phase_id as found_phase_id,
        found_lines.line_id as found_line_id
    from wanted_lines
    full outer join found_lines
        on
            wanted_lines.phase_id = found_lines.phase_id
            and wanted_lines.list_name = found_lines.list_name
            and wanted_lines.line_id = found_lines.line_id
    where wanted_lines.line_id is null or found_lines.line_id is null

)

select * from final
