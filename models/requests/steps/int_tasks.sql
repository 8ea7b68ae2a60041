{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['source_system', 'task_id'],
        on_schema_change='fail',
        post_hook="delete from {{ this }} where last_requested_at is null",
    )
}}

-- Tasks belong to the hour and day of their last request, so that days add up to
-- phases. A run takes the tasks of its changed requests, and those whose last request
-- carries the source_request_id of one: it may have moved to another task. A task that
-- is left without requests has no last one, and goes when the run is over.
-- depends_on: {{ ref('int_requests_unioned') }}
with requests as (

    select * from {{ ref('fct_requests') }}

),

{% if is_incremental() %}
    changed_requests as (

        select * from {{ ref('int_requests_unioned') }}
        where changed_load_id > (
            select coalesce(max(built.load_id), 0)
            from {{ this }} as built
        )

    ),

    affected_tasks as (

        select
            changed_requests.source_system,
            changed_requests.task_id
        from changed_requests
        union
        select
            built.source_system,
            built.task_id
        from {{ this }} as built
        inner join changed_requests
            on
                built.source_system = changed_requests.source_system
                and built.last_source_request_id = changed_requests.source_request_id

    ),

{% endif %}
requests_of_tasks as (

    {% if is_incremental() %}
        select
            affected_tasks.source_system,
            affected_tasks.task_id,
            requests.requested_at,
            requests.request_id,
            requests.source_request_id,
            requests.status,
            requests.requested_hour_at,
            requests.requested_date,
            requests.load_id
        from affected_tasks
        left join requests
            on
                affected_tasks.source_system = requests.source_system
                and affected_tasks.task_id = requests.task_id
    {% else %}
        select * from requests
    {% endif %}

),

last_requests as (

    -- One maximum instead of a sort: a task's rows are compared by time, then by id.
    select
        source_system,
        task_id,
        max({{ struct_of([
            'requested_at', 'request_id', 'source_request_id', 'status',
            'requested_hour_at', 'requested_date',
        ]) }}) as last_request,
        max(load_id) as load_id
    from requests_of_tasks
    group by
        source_system,
        task_id

),

-- A field of a struct is misread as a column of another table.
-- noqa: disable=RF03
final as (

    select
        source_system,
        task_id,
        last_request.source_request_id as last_source_request_id,
        last_request.status as last_status,
        last_request.status != 'error' as is_completed,
        last_request.requested_at as last_requested_at,
        last_request.requested_hour_at as last_requested_hour_at,
        last_request.requested_date as last_requested_date,
        load_id
    from last_requests

)

select * from final
