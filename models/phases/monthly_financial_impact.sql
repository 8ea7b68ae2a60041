-- What a phase means for the month and the year, beside the budget.
--   monthly = cost per calendar day × days of an average month
--   ..._vs_budget_usd = monthly − budget: above zero is over budget, below it under
--   annual figures = monthly × 12; the budget of a day = that of the month × 12 / 365

with phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

budgets as (

    select * from {{ ref('budgets') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

projected_costs as (

    select
        phase_comparison.phase_id,
        phase_comparison.baseline_phase_id,
        phase_windows.is_reported_final,
        phase_comparison.baseline_value as baseline_monthly_usd,
        phase_comparison.phase_value as phase_monthly_usd,
        phase_comparison.baseline_value
        - phase_comparison.phase_value as monthly_savings_usd,
        phase_comparison.missing_reason
    from phase_comparison
    inner join phase_windows on phase_comparison.phase_id = phase_windows.phase_id
    where phase_comparison.metric_id = 'monthly_cost_projection'

),

final as (

    select
        projected_costs.phase_id,
        projected_costs.baseline_phase_id,
        budgets.budget_id,
        cast(budgets.monthly_budget_usd as double) * 12 / 365 as daily_budget_usd,
        cast(budgets.monthly_budget_usd as double) as monthly_budget_usd,
        cast(budgets.monthly_budget_usd as double) * 12 as annual_budget_usd,
        projected_costs.baseline_monthly_usd,
        projected_costs.phase_monthly_usd,
        projected_costs.baseline_monthly_usd * 12 as baseline_annual_usd,
        projected_costs.phase_monthly_usd * 12 as phase_annual_usd,
        projected_costs.baseline_monthly_usd
        - cast(budgets.monthly_budget_usd as double) as baseline_vs_budget_usd,
        projected_costs.phase_monthly_usd
        - cast(budgets.monthly_budget_usd as double) as phase_vs_budget_usd,
        projected_costs.monthly_savings_usd,
        projected_costs.monthly_savings_usd * 12 as annual_savings_usd,
        projected_costs.is_reported_final,
        projected_costs.missing_reason
    from projected_costs
    left join budgets on true

)

select * from final
