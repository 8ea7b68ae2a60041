-- What each source's log is like as an instrument, window by window: one figure a
-- column. Answered calls are API calls without an error.
with signs as (

    select * from {{ ref('int_instrument_signs') }}

),

placed as (

    select
        phase_windows.phase_id,
        requests.*,
        requests.is_api_call
        and requests.status <> 'error'
        and not (
            requests.cost_credibility = 'adjustment' and requests.total_tokens = 0
        ) as is_answered,
        requests.cache_read_tokens > 0 as is_cached
    from {{ ref('phase_windows') }} as phase_windows
    inner join {{ ref('fct_requests') }} as requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date

),

cost_gaps as (

    select
        phase_windows.phase_id,
        reported_days.source_system,
        {{ safe_divide(
            'sum(reported_days.reported_cost_usd)', 'sum(reported_days.cost_usd)'
        ) }} as reported_logged_ratio,
        {{ safe_divide(
            'abs(
                sum(reported_days.reported_cost_usd)
                - sum(coalesce(reported_days.cost_usd, 0))
            )',
            'greatest(
                sum(reported_days.reported_cost_usd),
                sum(coalesce(reported_days.cost_usd, 0))
            )'
        ) }} as reported_cost_gap
    from {{ ref('phase_windows') }} as phase_windows
    inner join {{ ref('cost_reconciliation_daily') }} as reported_days
        on
            reported_days.cost_date
            between phase_windows.start_date and phase_windows.end_date
    where reported_days.reported_cost_usd is not null
    group by phase_windows.phase_id, reported_days.source_system

),

measured as (

    select
        phase_id,
        source_system,
        count(*) as request_count,
        count(*) filter (where is_answered) as answered_count,
        count(*) filter (where is_answered and is_cached) as cached_count,
        sum(cost_usd) as cost_usd,
        {{ safe_divide(
            'count(*) filter (where is_answered and output_tokens between 1 and 8)',
            'count(*) filter (where is_answered and output_tokens > 0)'
        ) }} as tiny_output_share,
        {{ safe_divide(
            'count(*) filter (where is_answered and total_tokens = 0)',
            'count(*) filter (where is_answered)'
        ) }} as zero_usage_share,
        {{ safe_divide(
            "count(*) filter (where is_answered and usage_quality <> 'measured')",
            'count(*) filter (where is_answered)'
        ) }} as unfinished_share,
        avg(output_tokens) filter (where is_answered and output_tokens > 0)
            as mean_output_tokens,
        {{ safe_divide(
            'count(*) filter (
                where is_answered and is_cached
                and uncached_input_tokens >= cache_read_tokens
            )',
            'count(*) filter (where is_answered and is_cached)'
        ) }} as input_above_reads_share,
        avg(uncached_input_tokens) filter (where is_answered and is_cached)
            as cached_call_input_tokens,
        avg(cache_read_tokens) filter (where is_answered and is_cached)
            as cached_call_read_tokens,
        {{ safe_divide(
            'count(*) filter (where is_answered and is_cached)',
            'count(*) filter (where is_answered)'
        ) }} as cached_call_share,
        {{ safe_divide(
            "sum(cache_write_5m_tokens + cache_write_1h_tokens)
                filter (where is_answered and provider = 'anthropic')",
            "sum(cache_read_tokens)
                filter (where is_answered and provider = 'anthropic')"
        ) }} as writes_per_read,
        {{ exact_percentile('response_time_ms', 0.5, 'is_answered') }}
            as median_response_time_ms,
        {{ safe_divide(
            'count(*) filter (where is_api_call)',
            'count(distinct task_id) filter (where is_api_call)'
        ) }} as requests_per_task,
        -- The unit a task lies in, which a redefined task does not touch.
        {{ safe_divide(
            'count(distinct task_id) filter (where is_api_call)',
            'count(distinct requested_date)'
        ) }} as tasks_per_day,
        {{ safe_divide(
            'count(distinct task_id) filter (
                where session_id is not null and is_api_call
            )',
            'count(distinct session_id) filter (where is_api_call)'
        ) }} as tasks_per_session,
        {{ safe_divide(
            'sum(priced_tokens) filter (where is_api_call)',
            'sum(total_tokens) filter (where is_api_call)'
        ) }} as priced_token_share,
        {{ safe_divide(
            "sum(
                case
                    when cost_credibility = 'zero_beside_tokens' then list_cost_usd
                    else 0
                end
            ) filter (where is_answered and logged_cost_usd is not null)",
            'sum(list_cost_usd) filter (
                where is_answered and logged_cost_usd is not null
            )'
        ) }} as zero_cost_share,
        {{ safe_divide(
            "count(*) filter (
                where is_answered and cost_credibility = 'adjustment'
            )",
            'count(*) filter (where is_answered)'
        ) }} as adjusted_share,
        {{ safe_divide(
            'coalesce(
                sum(unpriced_tokens) filter (
                    where is_answered and recorded_cost_usd = 0
                ), 0
            )',
            'sum(total_tokens) filter (where is_answered)'
        ) }} as unpriced_zero_share,
        {{ safe_divide(
            'sum(recorded_cost_usd) filter (where is_answered and list_cost_usd > 0)',
            'sum(list_cost_usd) filter (
                where is_answered and recorded_cost_usd is not null
            )'
        ) }} as billed_list_ratio
    from placed
    group by phase_id, source_system

),

final as (

    select
        measured.*,
        {{ safe_divide(
            'measured.answered_count', 'sum(measured.answered_count) over phases'
        ) }} as call_share,
        {{ safe_divide(
            'measured.cost_usd', 'sum(measured.cost_usd) over phases'
        ) }} as cost_share,
        cost_gaps.reported_cost_gap,
        cost_gaps.reported_logged_ratio,
        signs.same_output_share,
        signs.running_total_share,
        signs.aggregate_share,
        signs.output_per_second,
        signs.cached_input_slope,
        signs.cut_off_share,
        signs.delivered_twice_share,
        signs.window_ahead_share,
        signs.ahead_share
    from measured
    inner join signs
        on
            measured.phase_id = signs.phase_id
            and measured.source_system = signs.source_system
    left join cost_gaps
        on
            measured.phase_id = cost_gaps.phase_id
            and measured.source_system = cost_gaps.source_system
    window phases as (partition by measured.phase_id)

)

select * from final
