-- Batches belong to the hour and day of their last API call, as tasks do.
with requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        source_system,
        batch_id,
        count(*) as api_call_count,
        sum(total_tokens) as total_tokens,
        {{ total_cost('list_cost_usd') }} as list_cost_usd,
        max(requested_at) as last_requested_at,
        max(requested_hour_at) as last_requested_hour_at,
        max(requested_date) as last_requested_date
    from requests
    where
        is_api_call
        and batch_id is not null
    group by
        source_system,
        batch_id

)

select * from final
