-- MODEL_ROUTED: list cost of the call's tokens on the model it was routed from, minus
-- its own list cost. A log that does not say `from` means the model the baseline called
-- most. Negative where the route was the dearer one.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

rates as (

    select * from {{ ref('int_model_rates') }}

),

phases as (

    select * from {{ ref('phases') }}

),

baseline_models as (

    select
        api_calls.model_id,
        row_number() over (
            order by count(*) desc, api_calls.model_id asc
        ) as model_rank
    from api_calls
    inner join phases
        on
            api_calls.requested_date between phases.start_date and phases.end_date
            and phases.is_baseline
    group by api_calls.model_id

),

routings as (

    select
        events.event_id,
        events.is_repeat,
        coalesce(events.from_model_id, baseline_models.model_id) as from_model_id,
        events.matched_request_id
    from events
    left join baseline_models on baseline_models.model_rank = 1
    where events.event_type = 'MODEL_ROUTED'

),

routed_calls as (

    -- Chosen before they are priced: their price depends on ranges, not on keys.
    select api_calls.*
    from api_calls
    where
        api_calls.request_id in (select routings.matched_request_id from routings)

),

price_on_from_model as (

    select
        routings.event_id,
        cast(
            {{ exact_list_cost('routed_calls', 'rates') }} * routed_calls.price_factor
            as decimal(18, 9)
        ) as from_cost_usd,
        routed_calls.list_cost_usd
    from routings
    inner join routed_calls
        on routings.matched_request_id = routed_calls.request_id
    inner join rates
        on
            routings.from_model_id = rates.model_id
            and routed_calls.speed = rates.speed
            and routed_calls.requested_at >= rates.valid_from
            and routed_calls.requested_at < rates.valid_to
            and routed_calls.prompt_tokens >= rates.min_prompt_tokens
            and routed_calls.prompt_tokens < rates.below_prompt_tokens
    where {{ tokens_with_price('routed_calls', 'rates', false) }} = 0

),

final as (

    select
        routings.event_id,
        case
            when routings.is_repeat then 0
            else price_on_from_model.from_cost_usd - price_on_from_model.list_cost_usd
        end as saved_usd,
        case
            when routings.is_repeat then 'counted once'
            when routings.matched_request_id is null then 'no request'
            when price_on_from_model.list_cost_usd is null then 'no price'
            else 'same tokens, other model'
        end as valuation_rule
    from routings
    left join price_on_from_model
        on routings.event_id = price_on_from_model.event_id

)

select * from final
