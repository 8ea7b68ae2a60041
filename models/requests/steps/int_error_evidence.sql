-- Whether a source's logs tell of failed requests. A transcript marks them by its
-- format. The record of TARS has no such field of necessity: only an error that was
-- logged shows that errors are. One is enough for all its days, before and after.
with tars_responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

final as (

    select
        'tars' as source_system,
        count(tars_responses.error_type) > 0 as is_error_logged
    from tars_responses
    union all
    select
        'claude_code' as source_system,
        true as is_error_logged

)

select * from final
