-- Sessions, with the row of the requests that have none, add up to the phase exactly.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

session_usage as (

    select * from {{ ref('phase_session_usage') }}

),

summed_sessions as (

    select
        session_usage.phase_id,
        sum(session_usage.request_count) as request_count,
        sum(session_usage.api_call_count) as api_call_count,
        sum(session_usage.token_count) as token_count,
        case
            when
                count(*) filter (
                    where
                    session_usage.cost_usd is null
                    and session_usage.request_count > 0
                ) = 0
                then sum(session_usage.cost_usd)
        end as cost_usd
    from session_usage
    group by session_usage.phase_id

),

final as (

    select
        phase_windows.phase_id,
        summed_sessions.cost_usd,
        phase_windows.cost_usd as phase_cost_usd
    from phase_windows
    left join summed_sessions on phase_windows.phase_id = summed_sessions.phase_id
    where
        coalesce(summed_sessions.request_count, 0)
        is distinct from phase_windows.request_count
        or coalesce(summed_sessions.api_call_count, 0)
        is distinct from phase_windows.api_call_count
        or coalesce(summed_sessions.token_count, 0)
        is distinct from phase_windows.token_count
        or coalesce(summed_sessions.cost_usd, 0)
        is distinct from coalesce(phase_windows.cost_usd, 0)

)

select * from final
