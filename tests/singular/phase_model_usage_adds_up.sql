-- Model families add up to the phase: calls, tokens and cost exactly.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

model_usage as (

    select * from {{ ref('phase_model_usage') }}

),

summed_families as (

    select
        model_usage.phase_id,
        sum(model_usage.api_call_count) as api_call_count,
        sum(model_usage.token_count) as token_count,
        case
            when
                count(*) filter (
                    where model_usage.cost_usd is null
                ) = 0
                then sum(model_usage.cost_usd)
        end as cost_usd
    from model_usage
    group by model_usage.phase_id

),

final as (

    select
        summed_families.phase_id,
        summed_families.cost_usd,
        phase_windows.cost_usd as phase_cost_usd
    from summed_families
    inner join phase_windows on summed_families.phase_id = phase_windows.phase_id
    where
        summed_families.api_call_count is distinct from phase_windows.api_call_count
        or summed_families.token_count is distinct from phase_windows.token_count
        or coalesce(summed_families.cost_usd, 0)
        is distinct from coalesce(phase_windows.cost_usd, 0)

)

select * from final
