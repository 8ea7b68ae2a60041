-- What a call and a token cost on a day, on average: over one model, and (model_id
-- null) over all. Tokens at list price; calls at what they cost.
with api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

average_models as (

    select
        requested_date,
        model_id,
        {{ safe_divide('sum(cost_usd)', 'count(cost_usd)') }} as usd_per_call,
        {{ safe_divide(
            'sum(list_cost_usd)',
            'sum(total_tokens) filter (where list_cost_usd is not null)'
        ) }} as list_usd_per_token
    from api_calls
    group by
        requested_date,
        model_id

),

average_days as (

    select
        requested_date,
        cast(null as varchar) as model_id,
        {{ safe_divide('sum(cost_usd)', 'count(cost_usd)') }} as usd_per_call,
        {{ safe_divide(
            'sum(list_cost_usd)',
            'sum(total_tokens) filter (where list_cost_usd is not null)'
        ) }} as list_usd_per_token
    from api_calls
    group by requested_date

),

final as (

    select
        requested_date,
        model_id,
        usd_per_call,
        list_usd_per_token
    from average_models
    union all
    select
        requested_date,
        model_id,
        usd_per_call,
        list_usd_per_token
    from average_days

)

select * from final
