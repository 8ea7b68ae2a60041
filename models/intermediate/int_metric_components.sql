{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_reporting_days'), 'metric_date') }}",
    )
}}

-- Everything the metrics are made of, additive: hours add up to days, days to phases.
-- The grain is fine enough for both UTC hours and days of a time zone that is off by
-- half an hour. Requests count in their own hour, tasks and batches in that of their
-- last request, events and feedback in theirs.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

tasks as (

    select * from {{ ref('int_tasks') }}

),

batches as (

    select * from {{ ref('int_batches') }}

),

events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

feedback as (

    select * from {{ ref('stg_tars__feedback') }}

),

outdated_days as (

    {{ outdated_periods('days', 'metric_date') }}

),

sum_requests as (

    select
        requested_hour_at as metric_hour_at,
        requested_date as metric_date,
        {%- for column, definition in request_components().items() %}
            {{ definition[1] }} as {{ column }},
        {%- endfor %}
        sum(cast(quality_score as decimal(18, 9))) as quality_score_sum,
        count(quality_score) as quality_score_count
    from requests
    where requested_date in (select outdated_days.metric_date from outdated_days)
    group by
        requested_hour_at,
        requested_date

),

sum_tasks as (

    select
        last_requested_hour_at as metric_hour_at,
        last_requested_date as metric_date,
        count(*) as task_count,
        count(*) filter (where is_completed) as completed_task_count
    from tasks
    where last_requested_date in (select outdated_days.metric_date from outdated_days)
    group by
        last_requested_hour_at,
        last_requested_date

),

count_batches as (

    select
        last_requested_hour_at as metric_hour_at,
        last_requested_date as metric_date,
        count(*) as batch_count
    from batches
    where last_requested_date in (select outdated_days.metric_date from outdated_days)
    group by
        last_requested_hour_at,
        last_requested_date

),

dated_events as (

    select
        event_type,
        date_trunc('hour', occurred_at) as metric_hour_at,
        {{ reporting_date('occurred_at') }} as metric_date
    from events

),

count_events as (

    select
        metric_hour_at,
        metric_date,
        count(*) as optimization_event_count,
        count(*) filter (where event_type = 'LAZY_DEFERRED') as lazy_deferred_count,
        count(*) filter (where event_type = 'LAZY_LOADED') as lazy_loaded_count
    from dated_events
    where metric_date in (select outdated_days.metric_date from outdated_days)
    group by
        metric_hour_at,
        metric_date

),

dated_feedback as (

    select
        user_satisfaction,
        quality_score,
        is_cached_response_correct,
        date_trunc('hour', submitted_at) as metric_hour_at,
        {{ reporting_date('submitted_at') }} as metric_date
    from feedback

),

sum_feedback as (

    select
        metric_hour_at,
        metric_date,
        sum(cast(quality_score as decimal(18, 9))) as quality_score_sum,
        count(quality_score) as quality_score_count,
        sum(cast(user_satisfaction as decimal(18, 9))) as user_satisfaction_sum,
        count(user_satisfaction) as user_satisfaction_count,
        count(*) filter (where is_cached_response_correct)
            as cached_response_correct_count,
        count(is_cached_response_correct) as cached_response_judged_count
    from dated_feedback
    where metric_date in (select outdated_days.metric_date from outdated_days)
    group by
        metric_hour_at,
        metric_date

),

hours as (

    select
        metric_hour_at,
        metric_date
    from sum_requests
    union
    select
        metric_hour_at,
        metric_date
    from sum_tasks
    union
    select
        metric_hour_at,
        metric_date
    from count_batches
    union
    select
        metric_hour_at,
        metric_date
    from count_events
    union
    select
        metric_hour_at,
        metric_date
    from sum_feedback

),

joined as (

    select
        hours.metric_hour_at,
        hours.metric_date,
        {%- for column in request_components() %}
            sum_requests.{{ column }},
        {%- endfor %}
        sum_tasks.task_count,
        sum_tasks.completed_task_count,
        count_batches.batch_count,
        count_events.optimization_event_count,
        count_events.lazy_deferred_count,
        count_events.lazy_loaded_count,
        coalesce(sum_requests.quality_score_sum, 0)
        + coalesce(sum_feedback.quality_score_sum, 0) as quality_score_sum,
        coalesce(sum_requests.quality_score_count, 0)
        + coalesce(sum_feedback.quality_score_count, 0) as quality_score_count,
        sum_feedback.user_satisfaction_sum,
        sum_feedback.user_satisfaction_count,
        sum_feedback.cached_response_correct_count,
        sum_feedback.cached_response_judged_count
    from hours
    left join sum_requests
        on
            hours.metric_hour_at = sum_requests.metric_hour_at
            and hours.metric_date = sum_requests.metric_date
    left join sum_tasks
        on
            hours.metric_hour_at = sum_tasks.metric_hour_at
            and hours.metric_date = sum_tasks.metric_date
    left join count_batches
        on
            hours.metric_hour_at = count_batches.metric_hour_at
            and hours.metric_date = count_batches.metric_date
    left join count_events
        on
            hours.metric_hour_at = count_events.metric_hour_at
            and hours.metric_date = count_events.metric_date
    left join sum_feedback
        on
            hours.metric_hour_at = sum_feedback.metric_hour_at
            and hours.metric_date = sum_feedback.metric_date

),

final as (

    select
        joined.metric_hour_at,
        joined.metric_date,
        {%- for column, data_type in component_columns().items() %}
            {{ component_or_zero('joined.' ~ column, column, data_type) }}
                as {{ column }},
        {%- endfor %}
        outdated_days.fingerprint
    from joined
    inner join outdated_days
        on joined.metric_date = outdated_days.metric_date

)

select * from final
