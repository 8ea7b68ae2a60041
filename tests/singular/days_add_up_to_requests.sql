-- metrics_daily holds every request, token and dollar of fct_requests once.
with days as (

    select
        sum(request_count) as request_count,
        sum(api_call_count) as api_call_count,
        coalesce(sum(token_count), 0) as token_count,
        coalesce(sum(cost_usd), 0) as cost_usd,
        coalesce(sum(task_count), 0) as task_count
    from {{ ref('metrics_daily') }}

),

requests as (

    select
        count(*) as request_count,
        count(*) filter (where is_api_call) as api_call_count,
        coalesce(sum(total_tokens), 0) as token_count,
        coalesce(sum(cost_usd), 0) as cost_usd,
        count(distinct concat_ws(' ', source_system, task_id)) as task_count
    from {{ ref('fct_requests') }}

),

compared as (

    select
        coalesce(days.request_count, 0) = requests.request_count
        and coalesce(days.api_call_count, 0) = requests.api_call_count
        and days.token_count = requests.token_count
        and days.cost_usd = requests.cost_usd
        and days.task_count = requests.task_count as is_equal,
        days.request_count as day_request_count,
        requests.request_count,
        days.token_count as day_token_count,
        requests.token_count,
        days.cost_usd as day_cost_usd,
        requests.cost_usd,
        days.task_count as day_task_count,
        requests.task_count
    from days
    cross join requests

)

select *
from compared
where is_equal is distinct from true
