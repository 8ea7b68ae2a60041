-- Session breakdown: what the requests add up to, and what costs.json reports, side by
-- side. Requests without a session_id are together the session '(none)'.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

reported_costs as (

    select * from {{ ref('int_reported_costs_current') }}

),

sum_requests as (

    select
        requested_date as usage_date,
        source_system,
        coalesce(session_id, '(none)') as session_id,
        count(*) as request_count,
        count(*) filter (where is_api_call) as api_call_count,
        count(*) filter (where is_response_cache_hit) as cache_hit_count,
        count(*) filter (where is_api_call and status = 'error') as api_error_count,
        {{ total_cost('cost_usd') }} as cost_usd,
        sum(total_tokens) as token_count,
        min(requested_at) as first_requested_at,
        max(requested_at) as last_requested_at
    from requests
    where requested_date in (select days.metric_date from days)
    group by
        requested_date,
        source_system,
        coalesce(session_id, '(none)')

),

reported_sessions as (

    select
        cost_date as usage_date,
        'tars' as source_system,
        session_id,
        cost_usd,
        token_count,
        api_call_count,
        duration_minutes
    from reported_costs
    where not is_day_total

),

sessions as (

    select
        usage_date,
        source_system,
        session_id
    from sum_requests
    union
    select
        usage_date,
        source_system,
        session_id
    from reported_sessions

),

final as (

    select
        sessions.usage_date,
        sessions.source_system,
        sessions.session_id,
        cast(coalesce(sum_requests.request_count, 0) as bigint) as request_count,
        cast(coalesce(sum_requests.api_call_count, 0) as bigint) as api_call_count,
        cast(coalesce(sum_requests.cache_hit_count, 0) as bigint) as cache_hit_count,
        cast(coalesce(sum_requests.api_error_count, 0) as bigint) as api_error_count,
        cast(sum_requests.cost_usd as decimal(18, 9)) as cost_usd,
        cast(coalesce(sum_requests.token_count, 0) as bigint) as token_count,
        cast(
            date_diff(
                'millisecond',
                sum_requests.first_requested_at,
                sum_requests.last_requested_at
            ) as double
        ) / 60000 as duration_minutes,
        reported_sessions.cost_usd as reported_cost_usd,
        reported_sessions.token_count as reported_token_count,
        reported_sessions.api_call_count as reported_api_call_count,
        reported_sessions.duration_minutes as reported_duration_minutes,
        sum_requests.first_requested_at,
        sum_requests.last_requested_at
    from sessions
    left join sum_requests
        on
            sessions.usage_date = sum_requests.usage_date
            and sessions.source_system = sum_requests.source_system
            and sessions.session_id = sum_requests.session_id
    left join reported_sessions
        on
            sessions.usage_date = reported_sessions.usage_date
            and sessions.source_system = reported_sessions.source_system
            and sessions.session_id = reported_sessions.session_id

)

select * from final
