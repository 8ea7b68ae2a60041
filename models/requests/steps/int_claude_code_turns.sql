{{ config(materialized='table') }}

-- To which turn of its session each response belongs, and how long it took.
--   turn     what a person last asked in the main conversation before the response; of
--            a sub-agent, before it was given its own prompt. A slash command counts,
--            unless its output is the client's own. Copies of a line are one turn, in
--            whatever session they lie; one uuid at two times is two
--   latency  from the last line that asks for an answer, in the response's own
--            conversation, to its first and last line; of several responses only the
--            first was asked for by it. A line is written when its block is complete:
--            the first token came before the first line, and where there is but one
--            line, nobody saw when
with responses as (
    select * from {{ ref('int_claude_code_requests_merged') }}
),

turn_lines as (
    select * from {{ ref('stg_claude_code__turn_lines') }}
    where session_id is not null and line_kind != 'compaction'
),

-- A session lies in several files.
distinct_lines as (
    select
        session_id,
        conversation_id,
        line_kind,
        coalesce(line_uuid, prompt_id, '') as line_uuid,
        logged_at,
        min(line_number) as line_number,
        min(load_id) as load_id
    from turn_lines
    group by all
),

asked as (
    select
        *,
        line_kind = 'prompt' or (
            line_kind = 'command'
            and lead(line_kind) over (
                partition by session_id, conversation_id
                order by logged_at, line_number
            ) is distinct from 'command_output'
        ) as is_prompt,
        case
            when
                min(logged_at) over same_uuid = max(logged_at) over same_uuid
                and line_uuid != ''
                then line_uuid
            else {{ surrogate_key(['line_uuid', 'session_id', 'logged_at']) }}
        end as turn_id,
        max(load_id) over same_uuid as turn_load_id
    from distinct_lines
    window same_uuid as (partition by line_uuid)
),

conversations as (
    select
        session_id,
        conversation_id,
        logged_at,
        null as request_id,
        case when line_kind not in ('command_output', 'interruption') then logged_at end
            as question_at,
        case when is_prompt then logged_at end as prompt_at,
        null as answer_at
    from asked
    union all
    select
        session_id,
        conversation_id,
        first_line_at as logged_at,
        request_id,
        null as question_at,
        null as prompt_at,
        case when not is_api_error then first_line_at end as answer_at
    from responses
),

placed as (
    select
        session_id,
        conversation_id,
        request_id,
        logged_at,
        max(question_at) over before_it as question_at,
        max(answer_at) over before_it as earlier_answer_at,
        max(prompt_at) over before_it as prompt_at
    from conversations
    window before_it as (
        partition by session_id, conversation_id
        order by logged_at, request_id nulls first
        rows between unbounded preceding and 1 preceding
    )
),

-- Every response at the time for which its turn is looked up.
sessions as (
    select
        session_id,
        logged_at,
        null as request_id,
        case
            when is_prompt and conversation_id = ''
                then {{ struct_of(['logged_at', 'turn_id', 'turn_load_id']) }}
        end as turn,
        load_id
    from asked
    union all
    select
        session_id,
        case
            when conversation_id != '' then coalesce(prompt_at, logged_at)
            else logged_at
        end as logged_at,
        request_id,
        null as turn,
        null as load_id
    from placed
    where request_id is not null
),

looked_up as (
    select
        request_id,
        max(turn) over (
            partition by session_id
            order by logged_at, request_id nulls first
            rows between unbounded preceding and 1 preceding
        ) as turn,
        max(load_id) over (partition by session_id) as session_load_id
    from sessions
),

-- A field of a struct is misread as a column of another table.
-- noqa: disable=RF01,RF03
turned as (
    select
        request_id,
        turn.turn_id as task_id,
        turn.turn_load_id,
        session_load_id
    from looked_up
),
-- noqa: enable=RF01,RF03

timed as (
    select
        responses.request_id,
        responses.message_id,
        responses.first_line_at,
        responses.last_line_at,
        turned.task_id,
        greatest(turned.session_load_id, turned.turn_load_id) as load_id,
        case
            when
                not responses.is_api_error
                and placed.question_at >= coalesce(
                    placed.earlier_answer_at, placed.question_at
                )
                then placed.question_at
        end as question_at
    from responses
    inner join placed on responses.request_id = placed.request_id
    inner join turned on responses.request_id = turned.request_id
),

final as (
    select
        request_id,
        task_id,
        cast(date_diff('millisecond', question_at, last_line_at) as double)
            as response_time_ms,
        case
            when first_line_at < last_line_at
                then cast(
                    date_diff('millisecond', question_at, first_line_at) as double
                )
        end as time_to_first_token_ms,
        case
            when message_id is not null
                then max(load_id) over (partition by message_id)
        end as changed_load_id
    from timed
)

select * from final
