-- Signs of a faulty log that only many calls together show, by window and source:
-- equal calls at the same instant, told apart by no request id, in several files, or
-- in one with the same response time, session and task, too (delivered twice); the
-- share of the most usual output count; a last day that ends early; times more than a
-- day after the last load; counts that never fall in a session (running totals);
-- prompts longer than their model takes (sums of several calls); output per second of
-- the middle call; by how much input grows with each token read from the cache.
with requests as (

    select * from {{ ref('fct_requests') }}

),

loaded as (

    select max(cast(finished_at as date)) as last_load_date
    from {{ ref('stg_ledger__load_runs') }}
    where status = 'complete'

),

clocked as (

    select
        requests.*,
        coalesce(requests.requested_date > loaded.last_load_date + 1, false)
            as is_ahead_of_load
    from requests
    cross join loaded

),

last_dates as (

    select
        source_system,
        max(requested_date) filter (where not is_ahead_of_load) as last_date,
        count(*) filter (where is_ahead_of_load) / count(*) as ahead_share
    from clocked
    group by source_system

),

placed as (

    select
        phase_windows.phase_id,
        clocked.*,
        last_dates.last_date,
        last_dates.ahead_share,
        clocked.is_api_call and clocked.status <> 'error' as is_answered
    from {{ ref('phase_windows') }} as phase_windows
    inner join clocked
        on
            clocked.requested_date
            between phase_windows.start_date and phase_windows.end_date
    inner join last_dates on clocked.source_system = last_dates.source_system

),

placed_sums as (

    select
        phase_id,
        source_system,
        count(*) as request_count,
        count(*) filter (where is_ahead_of_load) / count(*) as window_ahead_share,
        max(ahead_share) as ahead_share,
        {{ safe_divide(
            'coalesce(sum(total_tokens) filter (where is_aggregate), 0)',
            'sum(total_tokens) filter (where is_api_call)'
        ) }} as aggregate_share,
        {{ exact_percentile(
            'output_tokens * 1000 / nullif(response_time_ms, 0)', 0.5,
            'is_answered and output_tokens > 0'
        ) }} as output_per_second,
        round(
            regr_slope(uncached_input_tokens, cache_read_tokens) filter (
                where is_answered and cache_read_tokens > 0
            ), 3
        ) as cached_input_slope
    from placed
    group by phase_id, source_system

),

repeats as (

    select
        phase_id,
        source_system,
        count(*) - count(*) / count(distinct file_id) as repeated_count
    from placed
    where is_api_call
    group by
        phase_id,
        source_system,
        requested_at,
        model_id,
        uncached_input_tokens,
        cache_read_tokens,
        output_tokens
    having count(distinct file_id) > 1 and count(source_request_id) < count(*)
    union all
    select
        phase_id,
        source_system,
        count(*) - 1 as repeated_count
    from placed
    where is_api_call and source_request_id is null and response_time_ms is not null
    group by
        phase_id,
        source_system,
        file_id,
        requested_at,
        model_id,
        uncached_input_tokens,
        cache_read_tokens,
        output_tokens,
        response_time_ms,
        session_id,
        task_id,
        logged_cost_usd
    having count(*) > 1

),

repeat_sums as (

    select
        phase_id,
        source_system,
        sum(repeated_count) as repeated_count
    from repeats
    group by phase_id, source_system

),

-- Five answers in a row that never fall are chance once in 120 sessions.
session_answers as (

    select
        phase_id,
        source_system,
        coalesce(session_id, task_id) as session_key,
        output_tokens,
        lag(output_tokens) over (
            partition by phase_id, source_system, coalesce(session_id, task_id)
            order by requested_at, output_tokens
        ) as output_tokens_before
    from placed
    where
        is_answered
        and output_tokens > 8
        and coalesce(session_id, task_id) is not null

),

session_sums as (

    select
        phase_id,
        source_system,
        session_key,
        count(*) as answer_count,
        coalesce(bool_or(output_tokens < output_tokens_before), false)
        or max(output_tokens) <= 2 * min(output_tokens) as is_each_counted
    from session_answers
    group by phase_id, source_system, session_key
    having count(*) >= 5

),

running_sums as (

    select
        phase_id,
        source_system,
        coalesce(sum(answer_count) filter (where not is_each_counted), 0)
        / sum(answer_count) as running_total_share
    from session_sums
    group by phase_id, source_system

),

output_counts as (

    select
        phase_id,
        source_system,
        output_tokens,
        count(*) as call_count
    from placed
    where is_answered and output_tokens > 0
    group by phase_id, source_system, output_tokens

),

usual_outputs as (

    select
        phase_id,
        source_system,
        max(call_count) / sum(call_count) as same_output_share
    from output_counts
    group by phase_id, source_system

),

days as (

    select
        phase_id,
        source_system,
        requested_date,
        requested_date = last_date as is_last,
        count(*) as request_count,
        {{ dbt.datediff(
            'cast(requested_date as timestamp)', 'max(requested_at)', 'minute'
        ) }} as last_minute
    from placed
    group by phase_id, source_system, requested_date, last_date

),

day_sums as (

    select
        phase_id,
        source_system,
        -- How much of the window the last day lacks, where its log ends hours before
        -- that of any other day.
        case
            when
                max(last_minute) filter (where is_last) + 180
                < min(last_minute) filter (where not is_last)
                then greatest(
                    1 - sum(request_count) filter (where is_last)
                    / {{ exact_percentile('request_count', 0.5, 'not is_last') }},
                    0
                ) / count(*)
            else 0
        end as cut_off_share
    from days
    group by phase_id, source_system

),

final as (

    select
        placed_sums.*,
        usual_outputs.same_output_share,
        running_sums.running_total_share,
        day_sums.cut_off_share,
        coalesce(repeat_sums.repeated_count, 0) / placed_sums.request_count
            as delivered_twice_share
    from placed_sums
    inner join day_sums
        on
            placed_sums.phase_id = day_sums.phase_id
            and placed_sums.source_system = day_sums.source_system
    left join usual_outputs
        on
            placed_sums.phase_id = usual_outputs.phase_id
            and placed_sums.source_system = usual_outputs.source_system
    left join running_sums
        on
            placed_sums.phase_id = running_sums.phase_id
            and placed_sums.source_system = running_sums.source_system
    left join repeat_sums
        on
            placed_sums.phase_id = repeat_sums.phase_id
            and placed_sums.source_system = repeat_sums.source_system

)

select * from final
