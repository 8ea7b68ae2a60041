-- Every metric of the registry for every phase, from the same definitions as the daily
-- tables: ratios of sums over the days of the phase, tasks and percentiles over its
-- requests. A metric a phase has no data for keeps its row: a null value and the cause
-- in words.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

sum_windows as (

    select
        phase_windows.phase_id,
        bool_or(phase_windows.has_event_log) as has_event_log,
        sum(metrics_daily.day_count) as day_count,
        sum(metrics_daily.active_day_count) as active_day_count,
        {{ component_sums('metrics_daily') }}
    from phase_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
    group by phase_windows.phase_id

),

window_requests as (

    select
        requests.*,
        phase_windows.phase_id
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    inner join metrics_daily on requests.requested_date = metrics_daily.metric_date

),

{{ counted_windows('phase_id') }},

measure_ratios as (

    select
        phase_id,
        bool_or(has_event_log) as has_event_log,
        {{ metric_columns(kind='ratio') }},
        {%- for metric_id in metric_ids() %}
            {{ metric_numerator(metric_id) }} as {{ metric_id }}_numerator,
            {{ metric_denominator(metric_id) }} as {{ metric_id }}_denominator,
        {%- endfor %}
        {{ metric_sample_counts() }}
    from sum_components
    group by phase_id

),

stacked_metrics as (

    {{ stacked_metrics('phase_id', ['numerator', 'denominator', 'sample_count']) }}

),

final as (

    select
        phase_windows.phase_id,
        metric_definitions.metric_id,
        metric_definitions.unit,
        metric_definitions.direction,
        stacked_metrics.metric_value,
        stacked_metrics.numerator,
        stacked_metrics.denominator,
        cast(coalesce(stacked_metrics.sample_count, 0) as bigint) as sample_count,
        phase_windows.day_count,
        phase_windows.active_day_count,
        case
            when stacked_metrics.metric_value is not null then null
            when phase_windows.day_count = 0
                then 'no data were logged'
            when phase_windows.request_count = 0 then 'no request was logged'
            {{ metric_missing_cause(
                'phase_windows.task_count',
                'phase_windows.uncosted_api_call_count',
                'phase_windows.api_call_count'
            ) }}
        end as missing_cause
    from phase_windows
    cross join metric_definitions
    left join stacked_metrics
        on
            phase_windows.phase_id = stacked_metrics.phase_id
            and metric_definitions.metric_id = stacked_metrics.metric_id

)

select * from final
