-- Model distribution. The day's totals stand beside each model, so that shares of
-- longer windows are sums over sums.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

sum_requests as (

    select
        requests.requested_date as usage_date,
        requests.provider,
        requests.model_family,
        requests.model_id,
    {%- for column, definition in request_components().items() %}
        {{ definition[1] }} as {{ column }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from requests
    inner join days on requests.requested_date = days.metric_date
    group by
        requests.requested_date,
        requests.provider,
        requests.model_family,
        requests.model_id

),

add_day_totals as (

    select
        sum_requests.*,
        sum(sum_requests.api_call_count)
            over (partition by sum_requests.usage_date)
            as day_api_call_count,
        case
            when
                count(*) filter (where sum_requests.cost_usd is null)
                    over (partition by sum_requests.usage_date)
                = 0
                then
                    sum(sum_requests.cost_usd)
                        over (partition by sum_requests.usage_date)
        end as day_cost_usd
    from sum_requests

),

final as (

    select
        usage_date,
        provider,
        model_family,
        model_id,
        cast(request_count as bigint) as request_count,
        cast(api_call_count as bigint) as api_call_count,
        cast(cache_hit_count as bigint) as cache_hit_count,
        cast(api_error_count as bigint) as api_error_count,
        cast(day_api_call_count as bigint) as day_api_call_count,
        {{ safe_divide('api_call_count', 'day_api_call_count') }} as call_share,
        cast(cost_usd as decimal(18, 9)) as cost_usd,
        cast(recorded_cost_usd as decimal(18, 9)) as recorded_cost_usd,
        cast(list_cost_usd as decimal(18, 9)) as list_cost_usd,
        cast(day_cost_usd as decimal(18, 9)) as day_cost_usd,
        {{ safe_divide('cost_usd', 'day_cost_usd') }} as cost_share,
        cast(coalesce(token_count, 0) as bigint) as token_count,
        cast(uncached_input_tokens as bigint) as uncached_input_tokens,
        cast(cache_read_tokens as bigint) as cache_read_tokens,
        cast(cache_write_5m_tokens as bigint) as cache_write_5m_tokens,
        cast(cache_write_1h_tokens as bigint) as cache_write_1h_tokens,
        cast(output_tokens as bigint) as output_tokens,
        cast(known_cost_usd as decimal(18, 9)) as known_cost_usd,
        cast(coalesce(uncosted_tokens, 0) as bigint) as uncosted_tokens,
        cast(priced_tokens as bigint) as priced_tokens,
        cast(unpriced_tokens as bigint) as unpriced_tokens,
        cast(coalesce(response_time_sum_ms, 0) as double) as response_time_sum_ms,
        cast(response_time_count as bigint) as response_time_count
    from add_day_totals

)

select * from final
