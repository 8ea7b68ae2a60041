-- The components of the metrics that feedback gives: a rating counts in the cluster of
-- its task, which is that of the task's last request, else of its session or its hour.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

feedback as (

    select * from {{ ref('stg_tars__feedback') }}

),

request_clusters as (

    select * from {{ ref('int_request_clusters') }}

),

task_clusters as (

    select
        request_clusters.task_id,
        request_clusters.cluster_id,
        row_number() over (
            partition by request_clusters.task_id
            order by
                request_clusters.requested_at desc,
                request_clusters.request_id desc
        ) as request_rank
    from request_clusters
    where
        request_clusters.task_id is not null
        and request_clusters.source_system = 'tars'

),

known_sessions as (

    select
        request_clusters.session_id,
        min(request_clusters.cluster_kind) as cluster_kind
    from request_clusters
    where
        request_clusters.session_id is not null
        and request_clusters.source_system = 'tars'
    group by request_clusters.session_id

),

dated_feedback as (

    select
        feedback.task_id,
        feedback.session_id,
        feedback.quality_score,
        feedback.user_satisfaction,
        feedback.is_cached_response_correct,
        date_trunc('hour', feedback.submitted_at) as submitted_hour_at,
        {{ reporting_date('feedback.submitted_at') }} as submitted_date
    from feedback

),

clustered_feedback as (

    select
        phase_windows.phase_id,
        dated_feedback.submitted_date as requested_date,
        dated_feedback.quality_score,
        dated_feedback.user_satisfaction,
        dated_feedback.is_cached_response_correct,
        coalesce(
            task_clusters.cluster_id,
            {{ cluster_key(
                "coalesce(known_sessions.cluster_kind, 'hour')",
                "'tars'",
                'dated_feedback.session_id',
                'dated_feedback.submitted_date',
                'dated_feedback.submitted_hour_at',
            ) }}
        ) as cluster_id
    from dated_feedback
    inner join phase_windows
        on
            dated_feedback.submitted_date
            between phase_windows.start_date and phase_windows.end_date
    left join task_clusters
        on
            dated_feedback.task_id = task_clusters.task_id
            and task_clusters.request_rank = 1
    left join known_sessions
        on dated_feedback.session_id = known_sessions.session_id

),

final as (

    select
        phase_id,
        cluster_id,
        requested_date,
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
        cluster_id,
        requested_date

)

select * from final
