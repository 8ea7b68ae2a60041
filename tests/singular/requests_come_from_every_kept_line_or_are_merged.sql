-- No request line is lost or doubled between staging and fct_requests: every line of the
-- request sources belongs to a request that is there, or shares its identity with one.
with tars_lines as (

    select distinct
        case
            when source_request_id is not null then source_request_id
            else concat_ws(' ', file_id, line_number)
        end as identity
    from {{ ref('stg_tars__api_responses') }}

),

tars_requests as (

    select
        case
            when source_request_id is not null then source_request_id
            else concat_ws(' ', file_id, line_number)
        end as identity
    from {{ ref('fct_requests') }}
    where source_system = 'tars'

),

claude_code_messages as (

    select distinct coalesce(message_id, concat_ws(' ', file_id, line_number)) as identity
    from {{ ref('stg_claude_code__responses') }}
    where model_id != '<synthetic>'

),

claude_code_requests as (

    select distinct
        coalesce(source_request_id, concat_ws(' ', file_id, line_number)) as identity
    from {{ ref('fct_requests') }}
    where source_system = 'claude_code'

),

differences as (

    (select identity from tars_lines except all select identity from tars_requests)
    union all
    (select identity from tars_requests except all select identity from tars_lines)
    union all
    (
        select identity from claude_code_messages
        except all
        select identity from claude_code_requests
    )
    union all
    (
        select identity from claude_code_requests
        except all
        select identity from claude_code_messages
    )

)

select identity
from differences
