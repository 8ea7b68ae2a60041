with usage as (

    select * from {{ ref('session_usage_daily') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

-- Of what a session changes on its way, what it came to last.
last_named as (

    select
        source_system,
        coalesce(session_id, '(none)') as session_id,
        {% for column in ['project', 'branch', 'client_version'] -%}
            max_by(
                {{ column }},
                case when {{ column }} is not null then (requested_at, request_id) end
            ) as {{ column }},
        {% endfor -%}
        count(distinct agent) as agent_count,
        count(*) filter (where is_api_call and is_subagent) as subagent_api_call_count,
        count(distinct task_id) as task_count
    from requests
    group by
        source_system,
        coalesce(session_id, '(none)')

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
        sum_usage.source_system,
        sum_usage.session_id,
        last_named.project,
        last_named.branch,
        last_named.client_version,
        coalesce(last_named.agent_count, 0) as agent_count,
        coalesce(last_named.task_count, 0) as task_count,
        cast(sum_usage.request_count as bigint) as request_count,
        cast(sum_usage.api_call_count as bigint) as api_call_count,
        coalesce(last_named.subagent_api_call_count, 0) as subagent_api_call_count,
        cast(sum_usage.token_count as bigint) as token_count,
        cast(sum_usage.cost_usd as decimal(18, 9)) as cost_usd,
        cast(sum_usage.active_day_count as bigint) as active_day_count,
        sum_usage.first_requested_at,
        sum_usage.last_requested_at
    from sum_usage
    left join last_named
        on
            sum_usage.source_system = last_named.source_system
            and sum_usage.session_id = last_named.session_id

)

select * from final
