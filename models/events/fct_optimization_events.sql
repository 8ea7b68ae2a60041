with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

values_of_events as (

    select * from {{ ref('int_optimization_events_valued') }}

),

final as (

    select
        events.event_id,
        events.event_type,
        events.strategy_id,
        events.subject,
        events.matched_request_id,
        events.match_rule,
        events.matched_request_id is null as is_orphan,
        events.is_saving_claim,
        events.tokens_saved,
        events.batch_size,
        events.claimed_savings_usd,
        values_of_events.valued_savings_usd,
        coalesce(values_of_events.valuation_rule, 'no saving') as valuation_rule,
        events.occurred_at,
        events.occurred_date,
        events.file_id,
        events.line_number,
        events.load_id
    from events
    left join values_of_events
        on events.event_id = values_of_events.event_id

)

select * from final
