-- LAZY_DEFERRED: work put off and never needed is a call not made, at the day's mean
-- cost of an API call for that type of task (of all types where the task's is not known
-- or cost nothing known). A deferral that a LAZY_LOADED of the same task follows, on
-- whatever day, saved nothing, and a task deferred several times is saved once.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

day_unit_costs as (

    select * from {{ ref('int_day_unit_costs') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

last_loadings as (

    select
        events.task_id,
        max(events.occurred_at) as loaded_at
    from events
    where events.event_type = 'LAZY_LOADED'
    group by events.task_id

),

followed_deferrals as (

    select
        events.*,
        requests.task_type,
        coalesce(last_loadings.loaded_at >= events.occurred_at, false) as was_loaded
    from events
    left join last_loadings on events.task_id = last_loadings.task_id
    left join requests on events.matched_request_id = requests.request_id
    where events.event_type = 'LAZY_DEFERRED'

),

deferrals as (

    select
        followed_deferrals.*,
        row_number() over (
            partition by
                followed_deferrals.was_loaded,
                coalesce(followed_deferrals.task_id, followed_deferrals.event_id)
            order by
                followed_deferrals.occurred_at,
                followed_deferrals.file_id,
                followed_deferrals.line_number
        ) > 1 as is_deferred_again
    from followed_deferrals

),

task_type_unit_costs as (

    select
        requests.requested_date,
        requests.task_type,
        {{ safe_divide('sum(requests.cost_usd)', 'count(requests.cost_usd)') }}
            as usd_per_call
    from requests
    where
        requests.is_api_call
        and requests.source_system = 'tars'
        and requests.task_type is not null
    group by
        requests.requested_date,
        requests.task_type

),

final as (

    select
        deferrals.event_id,
        case
            when deferrals.was_loaded or deferrals.is_deferred_again then 0
            else
                cast(
                    coalesce(
                        task_type_unit_costs.usd_per_call, day_unit_costs.usd_per_call
                    ) as decimal(18, 9)
                )
        end as saved_usd,
        case
            when deferrals.was_loaded then 'loaded later'
            when deferrals.is_deferred_again then 'counted once'
            when task_type_unit_costs.usd_per_call is not null
                then 'mean call of its task type'
            when day_unit_costs.usd_per_call is null then 'no price'
            else 'mean call of the day'
        end as valuation_rule
    from deferrals
    left join day_unit_costs
        on
            deferrals.occurred_date = day_unit_costs.requested_date
            and day_unit_costs.model_id is null
    left join task_type_unit_costs
        on
            deferrals.occurred_date = task_type_unit_costs.requested_date
            and deferrals.task_type = task_type_unit_costs.task_type

)

select * from final
