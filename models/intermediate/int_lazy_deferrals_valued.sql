-- LAZY_DEFERRED: work put off and never needed is a call not made, at the day's mean
-- cost of an API call for that type of task (of all types where the task's is not known
-- or cost nothing known). A deferral that a LAZY_LOADED of the same task follows saved
-- nothing, and a task deferred several times is saved once.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

day_unit_costs as (

    select * from {{ ref('int_day_unit_costs') }}

),

task_type_unit_costs as (

    select * from {{ ref('int_task_type_unit_costs') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

last_loadings as (

    select
        task_id,
        max(occurred_at) as loaded_at
    from events
    where event_type = 'LAZY_LOADED'
    group by task_id

),

deferrals as (

    select
        events.event_id,
        events.occurred_date,
        events.occurred_at,
        events.task_id,
        events.file_id,
        events.line_number,
        requests.task_type,
        coalesce(last_loadings.loaded_at >= events.occurred_at, false) as was_loaded
    from events
    left join last_loadings
        on events.task_id = last_loadings.task_id
    left join requests
        on events.matched_request_id = requests.request_id
    where events.event_type = 'LAZY_DEFERRED'

),

numbered_deferrals as (

    select
        deferrals.*,
        row_number() over (
            partition by
                deferrals.was_loaded, coalesce(deferrals.task_id, deferrals.event_id)
            order by deferrals.occurred_at, deferrals.file_id, deferrals.line_number
        ) as deferral_number
    from deferrals

),

final as (

    select
        numbered_deferrals.event_id,
        case
            when numbered_deferrals.was_loaded then 0
            when numbered_deferrals.deferral_number > 1 then 0
            else
                cast(
                    coalesce(
                        task_type_unit_costs.usd_per_call, day_unit_costs.usd_per_call
                    ) as decimal(18, 9)
                )
        end as saved_usd,
        case
            when numbered_deferrals.was_loaded then 'loaded later'
            when numbered_deferrals.deferral_number > 1 then 'counted once'
            when task_type_unit_costs.usd_per_call is not null
                then 'mean call of its task type'
            when day_unit_costs.usd_per_call is null then 'no price'
            else 'mean call of the day'
        end as valuation_rule
    from numbered_deferrals
    left join day_unit_costs
        on
            numbered_deferrals.occurred_date = day_unit_costs.requested_date
            and day_unit_costs.model_id is null
    left join task_type_unit_costs
        on
            numbered_deferrals.occurred_date = task_type_unit_costs.requested_date
            and numbered_deferrals.task_type = task_type_unit_costs.task_type

)

select * from final
