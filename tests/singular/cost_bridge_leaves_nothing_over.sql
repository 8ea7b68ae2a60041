-- The contributions add up to the change: for every phase, every day of a phase, every
-- model and every model family. Costs come from the requests, not from the bridge.
with windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

phases as (

    select * from {{ ref('cost_bridge_phases') }}

),

days as (

    select * from {{ ref('cost_bridge_days') }}

),

models as (

    select * from {{ ref('cost_bridge_models') }}

),

dated_requests as (

    select
        windows.phase_id,
        requests.requested_date,
        requests.model_id,
        requests.model_family,
        requests.cost_usd
    from windows
    inner join requests
        on
            requests.requested_date
            between windows.start_date and windows.end_date

),

add_up_days as (

    select
        'day' as grain,
        concat_ws('/', phase_id, cast(metric_date as varchar)) as row_id,
        max(baseline_daily_usd) as before_usd,
        max(day_usd) as after_usd,
        sum(contribution_usd) as contribution_usd,
        max(abs(contribution_usd)) as largest_usd
    from days
    group by
        phase_id,
        metric_date

),

add_up_phases as (

    select
        'phase' as grain,
        phase_id as row_id,
        max(baseline_daily_usd) as before_usd,
        max(phase_daily_usd) as after_usd,
        sum(contribution_usd_per_day) as contribution_usd,
        max(abs(contribution_usd_per_day)) as largest_usd
    from phases
    group by phase_id

),

add_up_models as (

    select
        'model' as grain,
        concat_ws('/', phase_id, model_id) as row_id,
        max(baseline_daily_usd) as before_usd,
        max(phase_daily_usd) as after_usd,
        sum(contribution_usd_per_day) as contribution_usd,
        max(abs(contribution_usd_per_day)) as largest_usd
    from models
    group by
        phase_id,
        model_id

),

sum_families as (

    select
        phase_id,
        model_family,
        sum(cost_usd) as cost_usd
    from dated_requests
    group by
        phase_id,
        model_family

),

add_up_families as (

    select
        'family' as grain,
        concat_ws('/', models.phase_id, models.model_family) as row_id,
        coalesce(max(before_family.cost_usd), 0)
        / max(before_window.active_day_count) as before_usd,
        coalesce(max(after_family.cost_usd), 0)
        / max(after_window.active_day_count) as after_usd,
        sum(models.contribution_usd_per_day) as contribution_usd,
        max(abs(models.contribution_usd_per_day)) as largest_usd
    from models
    inner join windows as before_window
        on models.baseline_phase_id = before_window.phase_id
    inner join windows as after_window on models.phase_id = after_window.phase_id
    left join sum_families as before_family
        on
            models.baseline_phase_id = before_family.phase_id
            and models.model_family = before_family.model_family
    left join sum_families as after_family
        on
            models.phase_id = after_family.phase_id
            and models.model_family = after_family.model_family
    group by
        models.phase_id,
        models.model_family

),

add_up_factors as (

    select
        'models of a phase and factor' as grain,
        concat_ws('/', phases.phase_id, phases.factor_id) as row_id,
        max(phases.baseline_daily_usd) as before_usd,
        max(phases.baseline_daily_usd)
        + coalesce(max(phases.gross_contribution_usd_per_day), 0) as after_usd,
        coalesce(sum(models.contribution_usd_per_day), 0) as contribution_usd,
        max(abs(models.contribution_usd_per_day)) as largest_usd
    from phases
    inner join models
        on
            phases.phase_id = models.phase_id
            and phases.factor_id = models.factor_id
    group by
        phases.phase_id,
        phases.factor_id

),

phase_costs as (

    select
        'phase cost' as grain,
        add_up_phases.row_id,
        0 as before_usd,
        cast(windows.cost_usd as double) / windows.active_day_count as after_usd,
        add_up_phases.after_usd as contribution_usd,
        0 as largest_usd
    from add_up_phases
    inner join windows on add_up_phases.row_id = windows.phase_id
    where add_up_phases.contribution_usd is not null

),

results as (

    select * from add_up_phases
    union all
    select * from add_up_days
    union all
    select * from add_up_models
    union all
    select * from add_up_families
    union all
    select * from add_up_factors
    union all
    select * from phase_costs

),

final as (

    select
        results.grain,
        results.row_id,
        results.before_usd,
        results.after_usd,
        results.contribution_usd
    from results
    where
        results.before_usd is not null
        and results.after_usd is not null
        and (
            results.contribution_usd is null
            or abs(
                results.after_usd - results.before_usd - results.contribution_usd
            ) > {{ var('bridge_residual_tolerance_ratio') }}
            * greatest(
                abs(results.before_usd),
                abs(results.after_usd),
                coalesce(results.largest_usd, 0)
            )
        )

)

select * from final
