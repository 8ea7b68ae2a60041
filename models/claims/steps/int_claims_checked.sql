-- Every saving claim of the event log with what can be held against it. A claim is
-- about the request its event is matched to, a batch's about all calls of the batch.
--   asserted_usd     what is said to be saved: the logged dollars, else our valuation
--   is_orphan        no request answers to it
--   is_double_claim  an earlier event of the same strategy claims one of its requests
--   is_shared_claim  an event of another strategy claims one of its requests: a routed
--                    call may be batched too, so this is no error, but the two may not
--                    both count the whole cost of the call
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

valuations as (

    select * from {{ ref('int_optimization_events_valued') }}

),

api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

claims as (

    select
        events.event_id,
        events.strategy_id,
        events.occurred_date,
        events.occurred_at,
        events.file_id,
        events.line_number,
        events.match_rule,
        events.batch_id,
        events.matched_request_id,
        events.claimed_savings_usd as claimed_usd,
        valuations.valued_savings_usd as valued_usd,
        coalesce(events.claimed_savings_usd, valuations.valued_savings_usd)
            as asserted_usd
    from events
    left join valuations on events.event_id = valuations.event_id
    where events.is_saving_claim

),

spread_over_requests as (

    select
        claims.event_id,
        claims.strategy_id,
        claims.occurred_at,
        claims.file_id,
        claims.line_number,
        claims.matched_request_id as request_id
    from claims
    where claims.matched_request_id is not null and claims.match_rule != 'batch'
    union all
    select
        claims.event_id,
        claims.strategy_id,
        claims.occurred_at,
        claims.file_id,
        claims.line_number,
        api_calls.request_id
    from claims
    inner join api_calls on claims.batch_id = api_calls.batch_id
    where claims.match_rule = 'batch'

),

compare_claims as (

    select
        spread_over_requests.event_id,
        row_number() over (
            partition by
                spread_over_requests.strategy_id,
                spread_over_requests.request_id
            order by
                spread_over_requests.occurred_at,
                spread_over_requests.file_id,
                spread_over_requests.line_number
        ) > 1 as is_repeated,
        min(spread_over_requests.strategy_id) over (
            partition by spread_over_requests.request_id
        ) != max(spread_over_requests.strategy_id) over (
            partition by spread_over_requests.request_id
        ) as is_shared
    from spread_over_requests

),

flag_claims as (

    select
        compare_claims.event_id,
        bool_or(compare_claims.is_repeated) as is_repeated,
        bool_or(compare_claims.is_shared) as is_shared
    from compare_claims
    group by compare_claims.event_id

),

final as (

    select
        claims.event_id,
        claims.strategy_id,
        claims.occurred_date,
        claims.claimed_usd,
        claims.valued_usd,
        claims.asserted_usd,
        claims.matched_request_id is null as is_orphan,
        coalesce(flag_claims.is_repeated, false) as is_double_claim,
        coalesce(flag_claims.is_shared, false) as is_shared_claim
    from claims
    left join flag_claims on claims.event_id = flag_claims.event_id

)

select * from final
