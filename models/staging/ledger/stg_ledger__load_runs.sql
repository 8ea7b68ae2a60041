with source as (

    select * from {{ source('ledger', 'load_runs') }}

),

renamed as (

    select
        load_id,
        status,
        started_at,
        finished_at
    from source

)

select * from renamed
