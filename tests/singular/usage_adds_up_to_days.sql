-- Models and sessions of a day add up to the day; where the cost of one is unknown, so
-- is the day's.
with days as (

    select * from {{ ref('metrics_daily') }}

),

models as (

    select
        usage_date,
        sum(request_count) as request_count,
        sum(token_count) as token_count,
        case
            when count(*) filter (where cost_usd is null and request_count > 0) = 0
                then coalesce(sum(cost_usd), 0)
        end as cost_usd
    from {{ ref('model_usage_daily') }}
    group by usage_date

),

sessions as (

    select
        usage_date,
        sum(request_count) as request_count,
        sum(token_count) as token_count,
        case
            when count(*) filter (where cost_usd is null and request_count > 0) = 0
                then coalesce(sum(cost_usd), 0)
        end as cost_usd
    from {{ ref('session_usage_daily') }}
    group by usage_date

)

select
    days.metric_date,
    days.request_count,
    models.request_count as model_request_count,
    sessions.request_count as session_request_count,
    days.token_count,
    models.token_count as model_token_count,
    sessions.token_count as session_token_count,
    days.cost_usd,
    models.cost_usd as model_cost_usd,
    sessions.cost_usd as session_cost_usd
from days
left join models
    on days.metric_date = models.usage_date
left join sessions
    on days.metric_date = sessions.usage_date
where
    days.request_count is distinct from coalesce(models.request_count, 0)
    or days.request_count is distinct from coalesce(sessions.request_count, 0)
    or days.token_count is distinct from coalesce(models.token_count, 0)
    or days.token_count is distinct from coalesce(sessions.token_count, 0)
    or (
        days.request_count > 0
        and (
            days.cost_usd is distinct from models.cost_usd
            or days.cost_usd is distinct from sessions.cost_usd
        )
    )
