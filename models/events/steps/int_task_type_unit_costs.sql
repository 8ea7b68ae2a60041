-- What a call for a type of task costs on a day, on average, where that is known.
with requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        requests.requested_date,
        requests.task_type,
        {{ safe_divide('sum(requests.cost_usd)', 'count(requests.cost_usd)') }}
            as usd_per_call
    from requests
    where
        requests.is_api_call
        and requests.source_system = 'tars'
        and requests.task_type is not null
    group by
        requests.requested_date,
        requests.task_type

)

select * from final
