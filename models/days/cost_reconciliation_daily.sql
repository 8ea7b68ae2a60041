-- Three costs of a day that ought to be one: what the log recorded, what the tokens
-- cost at list price, what costs.json reports. Reported days are taken as days of the
-- reporting time zone. A day matches when recorded (where there is none, list) and
-- reported cost differ by no more than var reconciliation_tolerance_usd and the calls
-- are as many.
with requests as (

    select * from {{ ref('fct_requests') }}

),

reported_costs as (

    select * from {{ ref('int_reported_costs_current') }}

),

sum_requests as (

    select
        requested_date as cost_date,
        source_system,
        count(*) filter (where is_api_call) as api_call_count,
        count(*) filter (where is_api_call and recorded_cost_usd is not null)
            as recorded_call_count,
        count(*) filter (where is_api_call and list_cost_usd is not null)
            as listed_call_count,
        sum(total_tokens) as token_count,
        sum(recorded_cost_usd) as recorded_cost_usd,
        {{ total_cost('list_cost_usd') }} as list_cost_usd,
        sum(list_cost_usd) filter (where recorded_cost_usd is not null)
            as list_cost_of_recorded_usd,
        sum(recorded_cost_usd) filter (where list_cost_usd is not null)
            as recorded_cost_of_listed_usd,
        {{ total_cost('cost_usd') }} as cost_usd
    from requests
    group by
        requested_date,
        source_system

),

reported_days as (

    select
        cost_date,
        'tars' as source_system,
        cost_usd,
        token_count,
        api_call_count,
        load_id
    from reported_costs
    where is_day_total

),

days as (

    select
        cost_date,
        source_system
    from sum_requests
    union
    select
        cost_date,
        source_system
    from reported_days

),

compared as (

    select
        days.cost_date,
        days.source_system,
        sum_requests.api_call_count,
        sum_requests.recorded_call_count,
        sum_requests.listed_call_count,
        reported_days.api_call_count as reported_api_call_count,
        sum_requests.token_count,
        reported_days.token_count as reported_token_count,
        sum_requests.recorded_cost_usd,
        sum_requests.list_cost_usd,
        sum_requests.cost_usd,
        reported_days.cost_usd as reported_cost_usd,
        sum_requests.list_cost_of_recorded_usd
        - sum_requests.recorded_cost_of_listed_usd
            as list_minus_recorded_usd,
        reported_days.cost_usd - sum_requests.cost_usd as reported_minus_logged_usd,
        reported_days.api_call_count - coalesce(sum_requests.api_call_count, 0)
            as reported_minus_logged_calls,
        reported_days.token_count - coalesce(sum_requests.token_count, 0)
            as reported_minus_logged_tokens,
        sum_requests.cost_date is not null as has_requests,
        reported_days.cost_date is not null as is_reported,
        reported_days.load_id as reported_load_id
    from days
    left join sum_requests
        on
            days.cost_date = sum_requests.cost_date
            and days.source_system = sum_requests.source_system
    left join reported_days
        on
            days.cost_date = reported_days.cost_date
            and days.source_system = reported_days.source_system

),

final as (

    select
        cost_date,
        source_system,
        case
            when not is_reported then 'not reported'
            when not has_requests then 'not logged'
            when reported_minus_logged_usd is null then 'not comparable'
            when
                abs(reported_minus_logged_usd)
                <= {{ var('reconciliation_tolerance_usd') }}
                and coalesce(reported_minus_logged_calls, 0) = 0
                then 'matches'
            else 'differs'
        end as reconciliation_status,
        cast(coalesce(api_call_count, 0) as bigint) as api_call_count,
        cast(coalesce(recorded_call_count, 0) as bigint) as recorded_call_count,
        cast(coalesce(listed_call_count, 0) as bigint) as listed_call_count,
        cast(reported_api_call_count as bigint) as reported_api_call_count,
        cast(coalesce(token_count, 0) as bigint) as token_count,
        cast(reported_token_count as bigint) as reported_token_count,
        cast(recorded_cost_usd as decimal(18, 9)) as recorded_cost_usd,
        cast(list_cost_usd as decimal(18, 9)) as list_cost_usd,
        cast(cost_usd as decimal(18, 9)) as cost_usd,
        cast(reported_cost_usd as decimal(18, 9)) as reported_cost_usd,
        cast(list_minus_recorded_usd as decimal(18, 9)) as list_minus_recorded_usd,
        cast(reported_minus_logged_usd as decimal(18, 9)) as reported_minus_logged_usd,
        cast(reported_minus_logged_calls as bigint) as reported_minus_logged_calls,
        cast(reported_minus_logged_tokens as bigint) as reported_minus_logged_tokens,
        reported_load_id
    from compared

)

select * from final
