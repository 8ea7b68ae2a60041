-- What each source's log is like as an instrument, in each phase: one figure a row.
-- hygiene_checks asks whether two phases were measured with the same one.
{% set reading_ids = [
    'answered_count', 'call_share', 'cost_share', 'tiny_output_share',
    'same_output_share', 'mean_output_tokens', 'zero_usage_share', 'cached_call_share',
    'input_above_reads_share', 'cached_call_input_tokens', 'cached_call_read_tokens',
    'writes_per_read', 'median_response_time_ms', 'requests_per_task',
    'tasks_per_session', 'tasks_per_day', 'priced_token_share', 'billed_list_ratio',
    'zero_cost_share', 'reported_cost_gap', 'delivered_twice_share', 'cut_off_share',
    'ahead_share', 'window_ahead_share', 'unfinished_share', 'unpriced_zero_share',
    'running_total_share', 'aggregate_share', 'output_per_second',
    'adjusted_share', 'reported_logged_ratio'
] %}

with sources as (

    select * from {{ ref('int_instrument_sources') }}

),

stacked as (
    {% for reading_id in reading_ids %}
        select
            phase_id,
            source_system,
            '{{ reading_id }}' as reading_id,
            cast({{ reading_id }} as double) as reading_value
        from sources
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select
        phase_id,
        source_system,
        reading_id,
        reading_value
    from stacked
    where reading_value is not null

)

select * from final
