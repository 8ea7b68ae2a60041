-- A second cache hit or routing of the same request, or a second event of the same
-- batch, is a repeat: what is saved once counts once.
with links as (

    select * from {{ ref('int_optimization_events_linked') }}

),

keyed_events as (

    select
        links.*,
        case
            when links.event_type in ('CACHE_HIT', 'MODEL_ROUTED')
                then
                    concat_ws(
                        ':',
                        links.event_type,
                        coalesce(links.matched_request_id, links.event_id)
                    )
            when links.match_rule = 'batch'
                then concat_ws(':', links.event_type, links.batch_id)
            else links.event_id
        end as repeat_key
    from links

),

final as (

    select
        event_id,
        event_type,
        strategy_id,
        subject,
        batch_id,
        task_id,
        to_model_id,
        from_model_id,
        matched_request_id,
        match_rule,
        repeat_key,
        tokens_saved,
        batch_size,
        claimed_savings_usd,
        is_saving_claim,
        row_number() over (
            partition by repeat_key
            order by occurred_at, file_id, line_number
        ) > 1 as is_repeat,
        occurred_at,
        occurred_date,
        file_id,
        line_number,
        load_id
    from keyed_events

)

select * from final
