{{ config(group="intervals") }}

-- Where every day of a phase and of its baseline costs at the baseline's prices exactly
-- what was billed, the reduction at constant prices and its interval are those of the
-- reduction as billed, to the last digit.
with reductions as (

    select * from {{ ref('cost_reductions') }}

),

day_components as (

    select * from {{ ref('int_day_components') }}

),

repriced_phases as (

    select distinct day_components.phase_id
    from day_components
    where day_components.constant_price_cost_usd <> day_components.cost_usd

)

select
    reductions.phase_id,
    reductions.as_billed_reduction_ratio,
    reductions.constant_price_reduction_ratio,
    reductions.as_billed_reduction_ratio_low,
    reductions.constant_price_reduction_ratio_low,
    reductions.as_billed_reduction_ratio_high,
    reductions.constant_price_reduction_ratio_high
from reductions
where
    reductions.constant_price_missing_reason is null
    and reductions.phase_id not in (
        select repriced_phases.phase_id from repriced_phases
    )
    and reductions.baseline_phase_id not in (
        select repriced_phases.phase_id from repriced_phases
    )
    and (
        reductions.constant_price_reduction_ratio
        is distinct from reductions.as_billed_reduction_ratio
        or reductions.constant_price_reduction_ratio_low
        is distinct from reductions.as_billed_reduction_ratio_low
        or reductions.constant_price_reduction_ratio_high
        is distinct from reductions.as_billed_reduction_ratio_high
    )
