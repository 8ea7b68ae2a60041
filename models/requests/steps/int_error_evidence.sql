-- From which day on a source's logs tell of failed requests: only an error that was
-- logged shows that errors are. What is not logged yet says nothing of a day that is
-- over, so a later error changes no earlier window.
with tars_responses as (

    select * from {{ ref('stg_tars__api_responses') }}

),

claude_code_responses as (

    select * from {{ ref('stg_claude_code__responses') }}

),

first_errors as (

    select
        'tars' as source_system,
        min(requested_at) filter (where error_type is not null) as first_error_at
    from tars_responses
    union all
    select
        'claude_code' as source_system,
        min(responded_at) filter (where is_api_error) as first_error_at
    from claude_code_responses

),

final as (

    select
        source_system,
        {{ reporting_date('first_error_at') }} as first_error_date
    from first_errors

)

select * from final
