-- The lines of a transcript that are no answer: what each is, and when.
with source as (

    select * from {{ source('claude_code', 'turn_lines') }}

),

renamed as (

    select
        {{ known_id('line_uuid') }} as line_uuid,
        {{ known_id('prompt_id') }} as prompt_id,
        {{ known_id('session_id') }} as session_id,
        case
            when coalesce(is_sidechain, false)
                then coalesce({{ known_id('agent_id') }}, file_id)
            else ''
        end as conversation_id,
        line_kind,
        compacted_tokens,
        coalesce(is_sidechain, false) as is_sidechain,
        responded_at as logged_at,
        file_id,
        line_number,
        load_id
    from source

)

select * from renamed
