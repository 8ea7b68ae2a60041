-- What each project used, by model. A source that logs no project has one row a model,
-- without a project.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

final as (

    select
        requests.requested_date as usage_date,
        requests.source_system,
        coalesce(requests.project, '(none)') as project,
        requests.provider,
        requests.model_family,
        requests.model_id,
        count(*) as request_count,
        count(*) filter (where requests.is_api_call) as api_call_count,
        count(*) filter (where requests.is_api_call and requests.status = 'error')
            as api_error_count,
        count(*) filter (where requests.is_api_call and requests.is_subagent)
            as subagent_api_call_count,
        count(distinct requests.session_id) as session_count,
        count(distinct requests.task_id) as task_count,
        cast({{ total_cost('requests.cost_usd') }} as decimal(18, 9)) as cost_usd,
        cast(sum(requests.cost_usd) as decimal(18, 9)) as known_cost_usd,
        {%- for token_class in token_classes() %}
            cast(sum(requests.{{ token_class }}_tokens) as bigint)
                as {{ token_class }}_tokens,
        {%- endfor %}
        cast(
            coalesce(
                sum(requests.total_tokens) filter (where requests.is_api_call), 0
            ) as bigint
        ) as token_count
    from requests
    inner join days on requests.requested_date = days.metric_date
    group by
        requests.requested_date,
        requests.source_system,
        coalesce(requests.project, '(none)'),
        requests.provider,
        requests.model_family,
        requests.model_id

)

select * from final
