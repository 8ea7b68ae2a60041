-- What is resampled, with the components of the metrics: the days of a phase, and
-- its clusters for all figures that are not divided by days. Requests count in their
-- own cluster, tasks in that of their last request, feedback in that of its task,
-- else of its session, else of its hour. `…_below_count`: the values up to the
-- phase's own percentile; with them a percentile is resampled as the share of values
-- below it (Woodruff 1952).
{% set percentile_ids = metric_ids(kind='percentile') %}
{% set cluster_columns = resampled_components('cluster') %}
{% set from_requests = request_components() %}
{% set from_tasks = ['task_count', 'completed_task_count'] %}
{% set from_feedback = [
    'quality_score_sum',
    'quality_score_count',
    'user_satisfaction_sum',
    'user_satisfaction_count',
    'cached_response_correct_count',
    'cached_response_judged_count',
] %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

request_clusters as (

    select * from {{ ref('int_request_clusters') }}

),

tasks as (

    select * from {{ ref('int_tasks') }}

),

feedback as (

    select * from {{ ref('stg_tars__feedback') }}

),

dated_phases as (

    select
        phase_windows.phase_id,
        phase_windows.start_date,
        phase_windows.end_date
    from phase_windows

),

phase_percentiles as (

    select
        phase_metrics.phase_id,
        {%- for metric_id in percentile_ids %}
        max(phase_metrics.metric_value) filter (
            where phase_metrics.metric_id = '{{ metric_id }}'
        ) as {{ metric_id }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from phase_metrics
    group by phase_metrics.phase_id

),

clustered_requests as (

    select
        requests.*,
        request_clusters.cluster_id,
        dated_phases.phase_id,
        {%- for metric_id in percentile_ids %}
        phase_percentiles.{{ metric_id }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from requests
    inner join request_clusters on requests.request_id = request_clusters.request_id
    inner join dated_phases
        on
            requests.requested_date
            between dated_phases.start_date and dated_phases.end_date
    inner join phase_percentiles on dated_phases.phase_id = phase_percentiles.phase_id

),

sum_requests as (

    select
        phase_id,
        cluster_id,
        {%- for column in cluster_columns if column in from_requests %}
            {{ from_requests[column][1] }} as {{ column }},
        {%- endfor %}
        {%- for metric_id in percentile_ids %}
        {%- set metric = metric_definition(metric_id) %}
            count(*) filter (
                where
                    {{ metric['filter'] }}
                    and {{ metric['value'] }} <= {{ metric_id }}
            ) as {{ metric_id }}_below_count,
        {%- endfor %}
        sum(cast(quality_score as decimal(18, 9))) as quality_score_sum,
        count(quality_score) as quality_score_count
    from clustered_requests
    group by
        phase_id,
        cluster_id

),

last_requests as (

    select
        request_clusters.source_system,
        request_clusters.task_id,
        request_clusters.cluster_id,
        row_number() over (
            partition by request_clusters.source_system, request_clusters.task_id
            order by
                request_clusters.requested_at desc,
                request_clusters.request_id desc
        ) as request_rank
    from request_clusters

),

sum_tasks as (

    select
        dated_phases.phase_id,
        last_requests.cluster_id,
        count(*) as task_count,
        count(*) filter (where tasks.is_completed) as completed_task_count
    from tasks
    inner join last_requests
        on
            tasks.source_system = last_requests.source_system
            and tasks.task_id = last_requests.task_id
            and last_requests.request_rank = 1
    inner join dated_phases
        on
            tasks.last_requested_date
            between dated_phases.start_date and dated_phases.end_date
    group by
        dated_phases.phase_id,
        last_requests.cluster_id

),

known_sessions as (

    select
        request_clusters.source_system,
        request_clusters.session_id,
        min(request_clusters.cluster_kind) as cluster_kind
    from request_clusters
    where request_clusters.session_id is not null
    group by
        request_clusters.source_system,
        request_clusters.session_id

),

dated_feedback as (

    select
        feedback.*,
        date_trunc('hour', feedback.submitted_at) as submitted_hour_at,
        {{ reporting_date('feedback.submitted_at') }} as submitted_date
    from feedback

),

clustered_feedback as (

    select
        dated_phases.phase_id,
        dated_feedback.quality_score,
        dated_feedback.user_satisfaction,
        dated_feedback.is_cached_response_correct,
        coalesce(
            last_requests.cluster_id,
            {{ cluster_key(
                "coalesce(known_sessions.cluster_kind, 'hour')",
                "'tars'",
                'dated_feedback.session_id',
                'dated_feedback.submitted_date',
                'dated_feedback.submitted_hour_at',
            ) }}
        ) as cluster_id
    from dated_feedback
    inner join dated_phases
        on
            dated_feedback.submitted_date
            between dated_phases.start_date and dated_phases.end_date
    left join last_requests
        on
            dated_feedback.task_id = last_requests.task_id
            and last_requests.source_system = 'tars'
            and last_requests.request_rank = 1
    left join known_sessions
        on
            dated_feedback.session_id = known_sessions.session_id
            and known_sessions.source_system = 'tars'

),

sum_feedback as (

    select
        phase_id,
        cluster_id,
        sum(cast(quality_score as decimal(18, 9))) as quality_score_sum,
        count(quality_score) as quality_score_count,
        sum(cast(user_satisfaction as decimal(18, 9))) as user_satisfaction_sum,
        count(user_satisfaction) as user_satisfaction_count,
        count(*) filter (where is_cached_response_correct)
            as cached_response_correct_count,
        count(is_cached_response_correct) as cached_response_judged_count
    from clustered_feedback
    group by
        phase_id,
        cluster_id

),

phase_clusters as (

    select
        phase_id,
        cluster_id
    from sum_requests
    union
    select
        phase_id,
        cluster_id
    from sum_tasks
    union
    select
        phase_id,
        cluster_id
    from sum_feedback

),

clusters as (

    select
        phase_clusters.phase_id,
        phase_clusters.cluster_id,
        {%- for column in cluster_columns %}
        {%- if column in ['quality_score_sum', 'quality_score_count'] %}
            coalesce(sum_requests.{{ column }}, 0)
            + coalesce(sum_feedback.{{ column }}, 0) as {{ column }}
        {%- elif column in from_tasks %}
            sum_tasks.{{ column }}
        {%- elif column in from_feedback %}
            sum_feedback.{{ column }}
        {%- else %}
            sum_requests.{{ column }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from phase_clusters
    left join sum_requests
        on
            phase_clusters.phase_id = sum_requests.phase_id
            and phase_clusters.cluster_id = sum_requests.cluster_id
    left join sum_tasks
        on
            phase_clusters.phase_id = sum_tasks.phase_id
            and phase_clusters.cluster_id = sum_tasks.cluster_id
    left join sum_feedback
        on
            phase_clusters.phase_id = sum_feedback.phase_id
            and phase_clusters.cluster_id = sum_feedback.cluster_id

),

count_below as (

    select
        phase_id,
        requested_date,
        {%- for metric_id in percentile_ids %}
        {%- set metric = metric_definition(metric_id) %}
        count(*) filter (
            where {{ metric['filter'] }} and {{ metric['value'] }} <= {{ metric_id }}
        ) as {{ metric_id }}_below_count
        {{- ',' if not loop.last }}
        {%- endfor %}
    from clustered_requests
    group by
        phase_id,
        requested_date

),

days as (

    select
        dated_phases.phase_id,
        metrics_daily.metric_date,
        {%- for column in resampled_components() %}
        {%- if column.endswith('_below_count') %}
            count_below.{{ column }}
        {%- else %}
            metrics_daily.{{ column }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from dated_phases
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between dated_phases.start_date and dated_phases.end_date
    left join count_below
        on
            dated_phases.phase_id = count_below.phase_id
            and metrics_daily.metric_date = count_below.requested_date

),

final as (

    select
        clusters.phase_id,
        'cluster' as resampled_unit,
        clusters.cluster_id,
        {%- for column, data_type in resampled_components().items() %}
        {%- set is_known = column in cluster_columns %}
        {%- set source = 'clusters.' ~ column if is_known else 'null' %}
        cast(coalesce({{ source }}, 0) as {{ data_type }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from clusters
    union all
    select
        days.phase_id,
        'day' as resampled_unit,
        {{ surrogate_key(['days.metric_date']) }} as cluster_id,
        {%- for column, data_type in resampled_components().items() %}
        cast(coalesce(days.{{ column }}, 0) as {{ data_type }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from days

)

select * from final
