-- The bridge from the baseline's average day with calls to each loaded day of a phase.
-- A day without calls keeps its rows, with the reason. Whether tokens explain the cost
-- is decided by the whole phase, so that all its days are told in the same terms.
{% set cell_key = ['cells.model_id', 'cells.cell_kind', 'cells.token_side'] %}

with comparisons as (

    select * from {{ ref('int_cost_bridge_comparisons') }}
    where metric_date is not null

),

cells as (

    select * from {{ ref('int_cost_bridge_cells') }}
    where metric_date is not null

),

factors as (

    select * from {{ ref('bridge_factors') }}

),

sum_cells as (

    select
        cells.comparison_id,
        {% for factor in bridge_factor_ids() %}
            {{ sum_in_order('cells.' ~ factor ~ '_usd', cell_key) }}
                as {{ factor }}_usd
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from cells
    group by cells.comparison_id

),

name_factors as (

    select
        comparisons.phase_id,
        comparisons.baseline_phase_id,
        comparisons.metric_date,
        factors.factor_id,
        factors.factor_order,
        factors.factor_name,
        comparisons.before_daily_usd as baseline_daily_usd,
        comparisons.after_daily_usd as day_usd,
        comparisons.after_daily_usd - comparisons.before_daily_usd as change_usd,
        {{ bridge_contribution('factors', 'sum_cells') }} as contribution_usd,
        comparisons.is_token_explained,
        {{ factor_missing_reason('factors', 'comparisons') }} as missing_reason
    from comparisons
    cross join factors
    left join sum_cells on comparisons.comparison_id = sum_cells.comparison_id

),

final as (

    select
        name_factors.phase_id,
        name_factors.baseline_phase_id,
        name_factors.metric_date,
        name_factors.factor_id,
        name_factors.factor_order,
        name_factors.factor_name,
        name_factors.baseline_daily_usd,
        name_factors.day_usd,
        name_factors.change_usd,
        case
            when name_factors.missing_reason is null then name_factors.contribution_usd
        end as contribution_usd,
        case
            when name_factors.missing_reason is null
                then {{ safe_divide(
                    'name_factors.contribution_usd', 'name_factors.change_usd'
                ) }} + 0
        end as share_of_change,
        name_factors.is_token_explained,
        name_factors.missing_reason
    from name_factors

)

select * from final
