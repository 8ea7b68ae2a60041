-- The bridge of each model's daily cost, factor by factor. The models of a phase add up
-- to the phase, factor by factor; a family is the sum of its models. A model of which
-- nothing ran in one of the windows is there: its arrival or departure is its mix.
{% set cell_key = ['cells.model_id', 'cells.cell_kind', 'cells.token_side'] %}

with comparisons as (

    select * from {{ ref('int_cost_bridge_comparisons') }}
    where metric_date is null

),

cells as (

    select * from {{ ref('int_cost_bridge_cells') }}
    where metric_date is null

),

factors as (

    select * from {{ ref('bridge_factors') }}

),

daily_cells as (

    select * from {{ ref('int_cost_cells_daily') }}

),

sum_requests as (

    select
        daily_cells.phase_id,
        daily_cells.model_id,
        cast(
            sum(daily_cells.request_count) filter (
                where daily_cells.cell_kind <> 'cache_hit'
            ) as double
        ) as api_call_count,
        cast(sum(daily_cells.cost_usd) as double) as cost_usd
    from daily_cells
    group by
        daily_cells.phase_id,
        daily_cells.model_id

),

sum_cells as (

    select
        cells.comparison_id,
        cells.model_id,
        {% for factor in bridge_factor_ids() %}
            {{ sum_in_order('cells.' ~ factor ~ '_usd', cell_key) }}
                as {{ factor }}_usd,
        {% endfor %}
        min(cells.model_family) as model_family
    from cells
    group by
        cells.comparison_id,
        cells.model_id

),

measure_models as (

    select
        sum_cells.*,
        comparisons.phase_id,
        comparisons.baseline_phase_id,
        comparisons.is_token_explained,
        comparisons.is_task_counted,
        comparisons.missing_reason,
        coalesce(before_requests.api_call_count, 0)
        / comparisons.before_day_count as baseline_calls_per_day,
        coalesce(after_requests.api_call_count, 0)
        / comparisons.after_day_count as phase_calls_per_day,
        coalesce(before_requests.cost_usd, 0)
        / comparisons.before_day_count as baseline_daily_usd,
        coalesce(after_requests.cost_usd, 0)
        / comparisons.after_day_count as phase_daily_usd
    from sum_cells
    inner join comparisons on sum_cells.comparison_id = comparisons.comparison_id
    left join sum_requests as before_requests
        on
            comparisons.baseline_phase_id = before_requests.phase_id
            and sum_cells.model_id = before_requests.model_id
    left join sum_requests as after_requests
        on
            comparisons.phase_id = after_requests.phase_id
            and sum_cells.model_id = after_requests.model_id

),

final as (

    select
        measure_models.phase_id,
        measure_models.baseline_phase_id,
        measure_models.model_family,
        measure_models.model_id,
        factors.factor_id,
        factors.factor_order,
        factors.factor_name,
        measure_models.baseline_calls_per_day,
        measure_models.phase_calls_per_day,
        measure_models.baseline_daily_usd,
        measure_models.phase_daily_usd,
        measure_models.phase_daily_usd
        - measure_models.baseline_daily_usd as change_usd_per_day,
        case
            when {{ factor_missing_reason('factors', 'measure_models') }} is null
                then {{ bridge_contribution('factors', 'measure_models') }}
        end as contribution_usd_per_day,
        measure_models.is_token_explained,
        {{ factor_missing_reason('factors', 'measure_models') }} as missing_reason
    from measure_models
    cross join factors

)

select * from final
