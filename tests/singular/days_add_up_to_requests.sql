-- metrics_daily holds every request, token and dollar of fct_requests once, but for the
-- requests that are on none of its days; and each day every task with a request on it.
with days as (

    select
        metric_date,
        request_count,
        api_call_count,
        token_count,
        known_cost_usd,
        uncosted_api_call_count,
        task_count
    from {{ ref('metrics_daily') }}

),

requests as (

    select
        requested_date,
        count(*) as request_count,
        count(*) filter (where is_api_call) as api_call_count,
        coalesce(sum(total_tokens) filter (where is_api_call), 0) as token_count,
        coalesce(sum(cost_usd), 0) as known_cost_usd,
        count(*) filter (where is_api_call and cost_usd is null)
            as uncosted_api_call_count,
        count(distinct concat_ws(' ', source_system, task_id)) filter (
            where task_id is not null
        ) as task_count
    from {{ ref('fct_requests') }}
    group by requested_date

)

select
    days.*,
    requests.*
from days
left join requests on days.metric_date = requests.requested_date
where
    days.request_count <> coalesce(requests.request_count, 0)
    or days.api_call_count <> coalesce(requests.api_call_count, 0)
    or days.token_count <> coalesce(requests.token_count, 0)
    or days.known_cost_usd <> coalesce(requests.known_cost_usd, 0)
    or days.uncosted_api_call_count <> coalesce(requests.uncosted_api_call_count, 0)
    or days.task_count <> coalesce(requests.task_count, 0)
