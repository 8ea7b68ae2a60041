with source as (

    select * from {{ source('tars', 'optimization_events') }}

),

renamed as (

    select
        event_type,
        subject,
        {{ known_id(json_text('attributes', 'request')) }} as source_request_id,
        {{ known_id(json_text('attributes', 'task')) }} as task_id,
        {{ known_id(json_text('attributes', 'batch')) }} as batch_id,
        {{ json_text('attributes', 'category') }} as batch_category,
        {{ json_text('attributes', 'model') }} as to_model_id,
        {{ json_text('attributes', 'from') }} as from_model_id,
        {{ try_cast_to(json_text('attributes', 'tokens_saved'), 'bigint') }}
            as tokens_saved,
        {{ try_cast_to(json_text('attributes', 'count'), 'bigint') }} as batch_size,
        {{ try_cast_to(json_text('attributes', 'saved_usd'), 'decimal(18, 9)') }}
            as claimed_savings_usd,
        occurred_at,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
