-- Where a phase was not measured with the instrument of its baseline: of each check the
-- source (or model) that breaks it most, with its two readings. A source with less than
-- a twentieth of both windows' calls and cost breaks nothing, nor do fewer than twenty
-- calls.
{% set readings = [
    'answered_count', 'call_share', 'cost_share', 'tiny_output_share',
    'same_output_share', 'mean_output_tokens', 'zero_usage_share', 'cached_call_share',
    'input_above_reads_share', 'cached_call_input_tokens', 'cached_call_read_tokens',
    'writes_per_read', 'median_response_time_ms', 'requests_per_task',
    'tasks_per_session', 'tasks_per_day', 'priced_token_share', 'zero_cost_share',
    'reported_cost_gap', 'delivered_twice_share', 'cut_off_share', 'ahead_share',
    'window_ahead_share', 'unfinished_share', 'unpriced_zero_share',
    'billed_list_ratio', 'running_total_share', 'aggregate_share', 'output_per_second',
    'cached_input_slope', 'adjusted_share'
] %}
{% set checks = {
    'placeholder_outputs': (
        'tiny_output_share', 'abs(phase_tiny_output_share - base_tiny_output_share)'
    ),
    'constant_outputs': (
        'mean_output_tokens',
        'case
            when output_factor > 5
                then abs(phase_same_output_share - base_same_output_share)
            else 0
        end'
    ),
    'zero_usage': (
        'zero_usage_share', 'abs(phase_zero_usage_share - base_zero_usage_share)'
    ),
    'unfinished_usage': (
        'unfinished_share',
        'case
            when greatest(phase_unfinished_share, base_unfinished_share) > 0.5
                then greatest(phase_unfinished_share, base_unfinished_share)
            else abs(phase_unfinished_share - base_unfinished_share)
        end'
    ),
    'unpriced_zero_cost': (
        'unpriced_zero_share',
        'greatest(phase_unpriced_zero_share, base_unpriced_zero_share)'
    ),
    'cost_adjustments': (
        'adjusted_share', 'abs(phase_adjusted_share - base_adjusted_share)'
    ),
    'list_price_gap': (
        'billed_list_ratio',
        'greatest(abs(phase_billed_list_ratio - 1), abs(base_billed_list_ratio - 1))'
    ),
    'token_convention': ('cached_call_input_tokens', 'convention_score'),
    'running_totals': (
        'running_total_share',
        'greatest(phase_running_total_share, base_running_total_share)'
    ),
    'aggregated_calls': (
        'aggregate_share', 'greatest(phase_aggregate_share, base_aggregate_share)'
    ),
    'response_time_unit': (
        'median_response_time_ms',
        'greatest(
            time_factor, phase_output_per_second / 200, base_output_per_second / 200
        )'
    ),
    'task_definition': ('requests_per_task', 'task_factor'),
    'priced_share': (
        'priced_token_share', 'abs(phase_priced_token_share - base_priced_token_share)'
    ),
    'zero_recorded_cost': (
        'zero_cost_share', 'greatest(phase_zero_cost_share, base_zero_cost_share)'
    ),
    'reported_cost_gap': (
        'reported_cost_gap', 'greatest(phase_reported_cost_gap, base_reported_cost_gap)'
    ),
    'delivered_twice': (
        'delivered_twice_share',
        'greatest(phase_delivered_twice_share, base_delivered_twice_share)'
    ),
    'last_day_cut_off': (
        'cut_off_share', 'greatest(phase_cut_off_share, base_cut_off_share)'
    ),
    'clock_ahead': (
        'window_ahead_share',
        'greatest(
            phase_window_ahead_share, base_window_ahead_share,
            phase_ahead_share, base_ahead_share
        )'
    ),
} %}
{% set size_free = [
    'delivered_twice', 'last_day_cut_off', 'clock_ahead', 'aggregated_calls'
] %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}
    where not is_baseline

),

sources as (

    select * from {{ ref('int_instrument_sources') }}

),

models as (

    select * from {{ ref('int_instrument_models') }}

),

parts as (

    select * from {{ ref('int_instrument_parts') }}
    union all
    select * from {{ ref('int_instrument_hours') }}

),

systems as (

    select distinct source_system from sources

),

paired as (

    select
        phase_windows.phase_id,
        systems.source_system,
        {%- for reading_id in readings %}
            base.{{ reading_id }} as base_{{ reading_id }},
            phase.{{ reading_id }} as phase_{{ reading_id }},
        {%- endfor %}
        greatest(
            coalesce(base.call_share, 0), coalesce(phase.call_share, 0),
            coalesce(base.cost_share, 0), coalesce(phase.cost_share, 0)
        ) as weight,
        least(
            coalesce(base.answered_count, 0), coalesce(phase.answered_count, 0)
        ) as call_count
    from phase_windows
    cross join systems
    left join sources as base
        on
            phase_windows.baseline_phase_id = base.phase_id
            and systems.source_system = base.source_system
    left join sources as phase
        on
            phase_windows.phase_id = phase.phase_id
            and systems.source_system = phase.source_system

),

factors as (

    select
        *,
        {%- for factor, reading_id in [
            ('output_factor', 'mean_output_tokens'),
            ('time_factor', 'median_response_time_ms'),
        ] %}
            greatest(
                {{ safe_divide('base_' ~ reading_id, 'phase_' ~ reading_id) }},
                {{ safe_divide('phase_' ~ reading_id, 'base_' ~ reading_id) }}
            ) as {{ factor }},
        {%- endfor %}
        abs(base_cached_call_input_tokens - phase_cached_call_input_tokens)
            as input_change,
        abs(base_cached_call_read_tokens - phase_cached_call_read_tokens)
            as read_change,
        greatest(base_cached_call_read_tokens, phase_cached_call_read_tokens)
            as most_read_tokens,
        -- A task that is split or joined: more of them in the same session (else day),
        -- each with fewer requests.
        {{ safe_divide('base_requests_per_task', 'phase_requests_per_task') }}
            as split_factor,
        {{ safe_divide(
            'coalesce(phase_tasks_per_session, phase_tasks_per_day)',
            'case
                when phase_tasks_per_session is not null then base_tasks_per_session
                else base_tasks_per_day
            end'
        ) }} as task_growth
    from paired

),

scored as (

    select
        *,
        greatest(
            least(split_factor, task_growth),
            least(1 / nullif(split_factor, 0), 1 / nullif(task_growth, 0)),
            1
        ) as task_factor,
        case
            -- Cached tokens left the input: it was never less than what was read, now
            -- it mostly is, and it fell by just that.
            when
                greatest(base_input_above_reads_share, phase_input_above_reads_share)
                > 0.98
                and least(base_input_above_reads_share, phase_input_above_reads_share)
                < 0.5
                then 1 - least(
                    abs(input_change / most_read_tokens - 1)
                    + read_change / most_read_tokens,
                    1
                )
            -- The same of prompts longer than what was read: it fell by that to a few
            -- hundredths, while as much was read.
            when
                greatest(base_input_above_reads_share, phase_input_above_reads_share)
                > 0.98
                and abs(input_change / most_read_tokens - 1)
                + read_change / most_read_tokens < 0.05
                then 1 - 10 * (
                    abs(input_change / most_read_tokens - 1)
                    + read_change / most_read_tokens
                )
            -- Tokens are read from a cache that nobody ever wrote, in one window only.
            when
                abs(base_cached_call_share - phase_cached_call_share) > 0.5
                and least(base_cached_call_share, phase_cached_call_share) = 0
                and coalesce(base_writes_per_read, phase_writes_per_read) = 0
                then 1
            -- Input that is never less than what was read and grows with it, token by
            -- token, in both windows: it may hold what was read.
            when
                least(base_input_above_reads_share, phase_input_above_reads_share)
                > 0.98
                and least(base_cached_input_slope, phase_cached_input_slope) > 0.8
                and greatest(base_cached_input_slope, phase_cached_input_slope) < 1.2
                then 0.6
            else 0
        end as convention_score
    from factors

),

found as (
    {% for check_id, (reading_id, observed) in checks.items() %}
        select
            phase_id,
            source_system,
            cast(null as {{ dbt.type_string() }}) as project,
            'all' as model_id,
            '{{ check_id }}' as check_id,
            cast({{ observed }} as double) as observed_value,
            cast(base_{{ reading_id }} as double) as baseline_reading,
            cast(phase_{{ reading_id }} as double) as phase_reading
        from scored
        where
            weight >= 0.05
            {{ 'and call_count >= 20' if check_id not in size_free }}
        union all
    {% endfor %}
    select
        phase_id,
        source_system,
        null as project,
        'all' as model_id,
        'source_coverage' as check_id,
        case
            when base_answered_count > 0 and phase_answered_count > 0 then 0
            else weight
        end as observed_value,
        coalesce(base_answered_count, 0) as baseline_reading,
        coalesce(phase_answered_count, 0) as phase_reading
    from scored
    union all
    select
        phase_id,
        source_system,
        null as project,
        model_id,
        'billed_list_ratio' as check_id,
        observed_value,
        baseline_reading,
        phase_reading
    from models
    union all
    select
        parts.phase_id,
        parts.source_system,
        parts.project,
        'all' as model_id,
        parts.check_id,
        parts.observed_value,
        parts.baseline_reading,
        parts.phase_reading
    from parts
    inner join scored
        on
            parts.phase_id = scored.phase_id
            and parts.source_system = scored.source_system
    where scored.weight >= 0.05

),

final as (

    select
        phase_id,
        check_id,
        source_system,
        project,
        model_id,
        observed_value,
        baseline_reading,
        phase_reading
    from found
    where observed_value is not null
    qualify row_number() over (
        partition by phase_id, check_id
        order by
            observed_value desc,
            source_system asc,
            coalesce(project, '') asc,
            model_id asc,
            baseline_reading desc,
            phase_reading desc
    ) = 1

)

select * from final
