with models as (

    select * from {{ ref('int_models_identified') }}

),

usage as (

    select * from {{ ref('model_usage_daily') }}

),

sum_usage as (

    select
        model_id,
        provider,
        model_family,
        sum(request_count) as request_count,
        sum(api_call_count) as api_call_count,
        min(usage_date) as first_used_date,
        max(usage_date) as last_used_date
    from usage
    group by
        model_id,
        provider,
        model_family

),

final as (

    select
        sum_usage.model_id,
        sum_usage.provider,
        sum_usage.model_family,
        models.priced_model_id,
        cast(sum_usage.request_count as bigint) as request_count,
        cast(sum_usage.api_call_count as bigint) as api_call_count,
        coalesce(models.has_price, false) as has_price,
        sum_usage.first_used_date,
        sum_usage.last_used_date
    from sum_usage
    left join models
        on sum_usage.model_id = models.model_id

)

select * from final
