-- Model distribution of the last loaded day, by model family.

with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

model_usage as (

    select * from {{ ref('model_usage_daily') }}

),

last_day as (

    select dashboard_windows.last_date
    from dashboard_windows
    where dashboard_windows.window_id = '1d'

),

summed_usage as (

    select
        model_usage.usage_date,
        model_usage.model_family,
        {{ ordered_list('model_usage.model_id', 'model_usage.model_id') }} as model_ids,
        count(*) as model_count,
        sum(model_usage.api_call_count) as api_call_count,
        sum(model_usage.token_count) as token_count,
        case
            when count(model_usage.cost_usd) = count(*) then sum(model_usage.cost_usd)
        end as cost_usd
    from last_day
    inner join model_usage on last_day.last_date = model_usage.usage_date
    where model_usage.api_call_count > 0
    group by
        model_usage.usage_date,
        model_usage.model_family

),

final as (

    select
        usage_date,
        model_family,
        model_ids,
        cast(model_count as bigint) as model_count,
        cast(api_call_count as bigint) as api_call_count,
        cast(token_count as bigint) as token_count,
        cast(cost_usd as decimal(18, 9)) as cost_usd,
        {{ safe_divide('api_call_count', 'sum(api_call_count) over ()') }}
            as call_share,
        {{ safe_divide(
            'cost_usd',
            'case when count(*) over () = count(cost_usd) over ()'
            ~ ' then sum(cost_usd) over () end'
        ) }} as cost_share
    from summed_usage

)

select * from final
