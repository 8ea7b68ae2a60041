{{ config(materialized='view') }}

-- The lines of the optimisation log with their strategy and their day. Lazy events name
-- their task in the second word.
with events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

event_types as (

    select * from {{ ref('optimization_events') }}

),

final as (

    select
        events.event_type,
        event_types.strategy_id,
        events.subject,
        events.source_request_id,
        events.batch_id,
        case
            when events.event_type in ('LAZY_DEFERRED', 'LAZY_LOADED')
                then coalesce(events.task_id, events.subject)
            else events.task_id
        end as task_id,
        events.to_model_id,
        events.from_model_id,
        events.tokens_saved,
        events.batch_size,
        events.claimed_savings_usd,
        coalesce(event_types.is_saving_claim, false) as is_saving_claim,
        events.occurred_at,
        {{ reporting_date('events.occurred_at') }} as occurred_date,
        events.file_id,
        events.line_number,
        events.load_id
    from events
    left join event_types
        on events.event_type = event_types.event_type

)

select * from final
