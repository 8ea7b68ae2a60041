with source as (

    select * from {{ source('ledger', 'quarantined_lines') }}

),

renamed as (

    select
        file_id,
        line_number,
        load_id,
        byte_length,
        line_sha256,
        rule,
        detail,
        fields
    from source

)

select * from renamed
