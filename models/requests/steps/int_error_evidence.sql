-- Whether a source's logs tell of failed requests: only an error that was logged shows
-- that errors are. One is enough for all its days, before and after.
with tars_responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

claude_code_responses as (

    select * from {{ ref('stg_claude_code__responses') }}

),

final as (

    select
        'tars' as source_system,
        count(tars_responses.error_type) > 0 as is_error_logged
    from tars_responses
    union all
    select
        'claude_code' as source_system,
        coalesce(bool_or(claude_code_responses.is_api_error), false) as is_error_logged
    from claude_code_responses

)

select * from final
