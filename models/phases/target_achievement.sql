-- Was the target of the phase met? On two bases: the daily cost (per day with calls),
-- which a phase report prints, and the monthly projection, which the final report
-- prints.
--   achieved_reduction_ratio = (baseline − phase) / baseline
--   minimum_target_usd = baseline × (1 − target_min), maximum_target_usd likewise

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

compared_costs as (

    select
        phase_comparison.phase_id,
        phase_comparison.baseline_phase_id,
        case phase_comparison.metric_id
            when 'daily_cost' then 'daily'
            when 'monthly_cost_projection' then 'monthly'
        end as cost_basis,
        phase_comparison.metric_id,
        phase_comparison.baseline_value,
        phase_comparison.phase_value,
        -- Twelve decimals: binary noise off, so that 30 % is 30 % on the boundary.
        round(-phase_comparison.change_ratio, 12) as achieved_reduction_ratio,
        phase_windows.target_reduction_ratio as target_min,
        phase_windows.target_reduction_max_ratio as target_max,
        phase_windows.is_reported_final,
        phase_windows.is_final_by_fallback,
        phase_comparison.missing_reason
    from phase_comparison
    inner join phase_windows on phase_comparison.phase_id = phase_windows.phase_id
    where phase_comparison.metric_id in ('daily_cost', 'monthly_cost_projection')

),

final as (

    select
        compared_costs.phase_id,
        compared_costs.baseline_phase_id,
        compared_costs.cost_basis,
        compared_costs.metric_id,
        compared_costs.baseline_value,
        compared_costs.phase_value,
        compared_costs.achieved_reduction_ratio,
        compared_costs.target_min,
        compared_costs.target_max,
        compared_costs.baseline_value
        * (1 - compared_costs.target_min) as minimum_target_usd,
        compared_costs.baseline_value
        * (1 - compared_costs.target_max) as maximum_target_usd,
        compared_costs.achieved_reduction_ratio
        >= compared_costs.target_min as is_minimum_met,
        compared_costs.achieved_reduction_ratio
        >= compared_costs.target_max as is_maximum_met,
        compared_costs.is_reported_final,
        compared_costs.is_final_by_fallback,
        case
            when compared_costs.achieved_reduction_ratio is null then 'not measurable'
            when compared_costs.target_min is null then 'no target'
            when compared_costs.achieved_reduction_ratio < compared_costs.target_min
                then 'not achieved'
            when compared_costs.achieved_reduction_ratio > compared_costs.target_max
                then 'exceeds target'
            else 'achieved'
        end as status,
        case
            when compared_costs.achieved_reduction_ratio is not null then null
            else coalesce(
                compared_costs.missing_reason, 'the cost of the baseline is zero'
            )
        end as missing_reason
    from compared_costs

)

select * from final
