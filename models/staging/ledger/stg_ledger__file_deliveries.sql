with source as (

    select * from {{ source('ledger', 'file_deliveries') }}

),

renamed as (

    select
        load_id,
        source_system,
        path,
        file_id,
        outcome,
        detail
    from source

)

select * from renamed
