with source as (

    select * from {{ source('ledger', 'line_outcomes') }}

),

renamed as (

    select
        file_id,
        load_id,
        outcome,
        rule,
        line_count
    from source

)

select * from renamed
