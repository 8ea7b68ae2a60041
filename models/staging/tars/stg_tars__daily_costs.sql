with source as (

    select * from {{ source('tars', 'daily_costs') }}

),

renamed as (

    select
        cost_date,
        cost_usd,
        tokens as token_count,
        api_calls as api_call_count,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
