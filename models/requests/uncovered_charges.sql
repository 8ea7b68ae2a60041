-- What a provider bills on top of tokens and list prices do not know: inference kept
-- in one country, and web searches. Only requests at list cost: a recorded cost has it.
with claude_code as (

    select * from {{ ref('int_claude_code_requests_merged') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

charged as (

    select
        request_id,
        'us_only_inference' as charge_id,
        1 as unit_count
    from claude_code
    where lower(inference_geo) = 'us'
    union all
    select
        request_id,
        'web_search' as charge_id,
        web_search_request_count as unit_count
    from claude_code
    where web_search_request_count > 0

),

final as (

    select
        requests.source_system,
        charged.charge_id,
        count(*) as request_count,
        cast(sum(charged.unit_count) as bigint) as unit_count,
        cast(sum(requests.list_cost_usd) as decimal(18, 9)) as list_cost_usd
    from charged
    inner join requests
        on charged.request_id = requests.request_id
    where requests.cost_basis != 'recorded'
    group by
        requests.source_system,
        charged.charge_id

)

select * from final
