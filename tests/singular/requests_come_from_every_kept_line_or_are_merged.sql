-- No request line is lost or doubled between staging and fct_requests: every line of
-- the request sources belongs to a request that is there, or shares its identity with
-- one.
with tars_lines as (

    select coalesce(source_request_id, concat_ws(' ', file_id, line_number)) as line_key
    from {{ ref('stg_tars__api_responses') }}
    group by line_key

),

tars_requests as (

    select coalesce(source_request_id, concat_ws(' ', file_id, line_number)) as line_key
    from {{ ref('fct_requests') }}
    where source_system = 'tars'
    group by line_key

),

claude_code_messages as (

    select coalesce(message_id, concat_ws(' ', file_id, line_number)) as line_key
    from {{ ref('stg_claude_code__responses') }}
    where model_id != '<synthetic>' or is_api_error
    group by line_key

),

claude_code_requests as (

    select coalesce(source_request_id, concat_ws(' ', file_id, line_number)) as line_key
    from {{ ref('fct_requests') }}
    where source_system = 'claude_code'
    group by line_key

),

differences as (

    (
        select line_key from tars_lines
        except all
        select line_key from tars_requests
    )
    union all
    (
        select line_key from tars_requests
        except all
        select line_key from tars_lines
    )
    union all
    (
        select line_key from claude_code_messages
        except all
        select line_key from claude_code_requests
    )
    union all
    (
        select line_key from claude_code_requests
        except all
        select line_key from claude_code_messages
    )

)

select line_key
from differences
