with source as (

    select * from {{ source('tars', 'session_costs') }}

),

renamed as (

    select
        cost_date,
        session_id,
        cost_usd,
        tokens as token_count,
        api_calls as api_call_count,
        duration_minutes,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
