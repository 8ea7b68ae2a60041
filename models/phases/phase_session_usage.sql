-- What each session used in a phase. Per-day figures divide by the days with API calls
-- of the phase, so they add up to its daily figures. Requests without a session are
-- together the session '(none)'. A session that only costs.json knows shows what that
-- reports; its own totals are 0, for its requests are counted elsewhere.
--   duration_minutes = mean over the session's days of the duration costs.json reports,
--                      else of the time from its first to its last request of the day

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

usage_days as (

    select * from {{ ref('session_usage_daily') }}

),

session_names as (

    select * from {{ ref('session_names') }}

),

summed_sessions as (

    select
        phase_windows.phase_id,
        usage_days.source_system,
        usage_days.session_id,
        min(phase_windows.active_day_count) as phase_active_day_count,
        count(*) as session_day_count,
        sum(usage_days.request_count) as request_count,
        sum(usage_days.api_call_count) as api_call_count,
        sum(usage_days.cache_hit_count) as cache_hit_count,
        sum(usage_days.token_count) as token_count,
        case
            when
                count(*) filter (
                    where usage_days.cost_usd is null and usage_days.request_count > 0
                ) = 0
                then sum(usage_days.cost_usd)
        end as cost_usd,
        sum(usage_days.reported_api_call_count) as reported_api_call_count,
        sum(usage_days.reported_token_count) as reported_token_count,
        sum(usage_days.reported_cost_usd) as reported_cost_usd,
        -- A mean of whole microminutes is the same in whatever order days are added.
        avg(cast(
            coalesce(
                usage_days.reported_duration_minutes, usage_days.duration_minutes
            ) as decimal(18, 6)
        )) as duration_minutes,
        min(usage_days.first_requested_at) as first_requested_at,
        max(usage_days.last_requested_at) as last_requested_at
    from phase_windows
    inner join usage_days
        on
            usage_days.usage_date
            between phase_windows.start_date and phase_windows.end_date
    group by
        phase_windows.phase_id,
        usage_days.source_system,
        usage_days.session_id

),

distinct_sessions as (

    select distinct summed_sessions.session_id
    from summed_sessions

),

named_sessions as (

    select
        distinct_sessions.session_id,
        min_by(session_names.session_name, session_names.match_order) as session_name
    from distinct_sessions
    inner join session_names
        on distinct_sessions.session_id like session_names.session_pattern
    group by distinct_sessions.session_id

),

shown_sessions as (

    select
        summed_sessions.*,
        {%- for figure in ['cost_usd', 'token_count', 'api_call_count'] %}
            case
                when summed_sessions.request_count = 0
                    then summed_sessions.reported_{{ figure }}
                else summed_sessions.{{ figure }}
            end as shown_{{ figure }},
        {%- endfor %}
        summed_sessions.request_count = 0 as is_reported_only
    from summed_sessions

),

final as (

    select
        shown_sessions.phase_id,
        shown_sessions.source_system,
        shown_sessions.session_id,
        named_sessions.session_name,
        cast(shown_sessions.session_day_count as bigint) as session_day_count,
        cast(shown_sessions.request_count as bigint) as request_count,
        cast(shown_sessions.api_call_count as bigint) as api_call_count,
        cast(shown_sessions.cache_hit_count as bigint) as cache_hit_count,
        cast(shown_sessions.token_count as bigint) as token_count,
        cast(shown_sessions.cost_usd as decimal(18, 9)) as cost_usd,
        cast(shown_sessions.reported_cost_usd as decimal(18, 9)) as reported_cost_usd,
        cast(shown_sessions.shown_cost_usd as decimal(18, 9)) as shown_cost_usd,
        cast(shown_sessions.shown_token_count as bigint) as shown_token_count,
        cast(shown_sessions.shown_api_call_count as bigint) as shown_api_call_count,
        {{ safe_divide(
            'shown_sessions.shown_cost_usd', 'shown_sessions.phase_active_day_count'
        ) }} as cost_per_day_usd,
        {{ safe_divide(
            'shown_sessions.shown_token_count', 'shown_sessions.phase_active_day_count'
        ) }} as tokens_per_day,
        {{ safe_divide(
            'shown_sessions.shown_api_call_count',
            'shown_sessions.phase_active_day_count'
        ) }} as calls_per_day,
        cast(shown_sessions.duration_minutes as double) as duration_minutes,
        shown_sessions.is_reported_only,
        shown_sessions.first_requested_at,
        shown_sessions.last_requested_at
    from shown_sessions
    left join named_sessions on shown_sessions.session_id = named_sessions.session_id

)

select * from final
