with source as (

    select * from {{ source('tars', 'feedback') }}

),

renamed as (

    select
        {{ known_id('task_id') }} as task_id,
        {{ known_id('session_id') }} as session_id,
        user_satisfaction,
        quality_score,
        is_cached_response_correct,
        submitted_at,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
