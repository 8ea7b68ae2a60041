with usage as (

    select * from {{ ref('session_usage_daily') }}

),

sum_usage as (

    select
        source_system,
        session_id,
        sum(request_count) as request_count,
        sum(api_call_count) as api_call_count,
        sum(token_count) as token_count,
        case
            when count(*) filter (where cost_usd is null and request_count > 0) = 0
                then sum(cost_usd)
        end as cost_usd,
        count(*) filter (where request_count > 0) as active_day_count,
        min(first_requested_at) as first_requested_at,
        max(last_requested_at) as last_requested_at
    from usage
    group by
        source_system,
        session_id

),

final as (

    select
        source_system,
        session_id,
        cast(request_count as bigint) as request_count,
        cast(api_call_count as bigint) as api_call_count,
        cast(token_count as bigint) as token_count,
        cast(cost_usd as decimal(18, 9)) as cost_usd,
        cast(active_day_count as bigint) as active_day_count,
        first_requested_at,
        last_requested_at
    from sum_usage

)

select * from final
