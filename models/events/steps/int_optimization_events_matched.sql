{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='event_id',
        on_schema_change='fail',
    )
}}

-- A second cache hit or routing of the same request, or a second event of the same
-- batch, is a repeat: what is saved once counts once. A run counts anew in every group
-- that an event whose link changed has joined or left.
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

{% if is_incremental() %}
    built as (

        select * from {{ this }}

    ),

    changed_events as (

        select * from keyed_events
        where changed_load_id > {{ last_changed_load_id(this) }}

    ),

    changed_groups as (

        select repeat_key from changed_events
        union
        select repeat_key from built
        where event_id in (select event_id from changed_events)

    ),

{% endif %}
pending_events as (

    select keyed_events.*
    from keyed_events
    {% if is_incremental() %}
        where
            keyed_events.repeat_key in (
                select changed_groups.repeat_key from changed_groups
            )
    {% endif %}

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
        matched_load_id,
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
        load_id,
        changed_load_id
    from pending_events

)

select * from final
