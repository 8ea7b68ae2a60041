with source as (

    select * from {{ source('ledger', 'files') }}

),

renamed as (

    select
        file_id,
        source_system,
        source_table,
        path,
        byte_count,
        line_count,
        content_sha256,
        first_load_id,
        last_load_id,
        restated_load_id,
        modified_at
    from source

)

select * from renamed
