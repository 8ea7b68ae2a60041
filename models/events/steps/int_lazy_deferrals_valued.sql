-- LAZY_DEFERRED: work put off and never needed is a call not made, at the day's mean
-- cost of an API call for that type of task (of all types where the task's is not known
-- or cost nothing known). A deferral that a LAZY_LOADED of the same task follows saved
-- nothing, and a task deferred several times is saved once.
with followed_deferrals as (

    select * from {{ ref('int_lazy_deferrals_followed') }}

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

deferrals as (

    select
        followed_deferrals.event_id,
        followed_deferrals.was_loaded,
        followed_deferrals.is_repeat,
        requests.task_type,
        followed_deferrals.occurred_date
    from followed_deferrals
    left join requests
        on followed_deferrals.matched_request_id = requests.request_id

),

final as (

    select
        deferrals.event_id,
        case
            when deferrals.was_loaded then 0
            when deferrals.is_repeat then 0
            else
                cast(
                    coalesce(
                        task_type_unit_costs.usd_per_call, day_unit_costs.usd_per_call
                    ) as decimal(18, 9)
                )
        end as saved_usd,
        case
            when deferrals.was_loaded then 'loaded later'
            when deferrals.is_repeat then 'counted once'
            when task_type_unit_costs.usd_per_call is not null
                then 'mean call of its task type'
            when day_unit_costs.usd_per_call is null then 'no price'
            else 'mean call of the day'
        end as valuation_rule,
        deferrals.occurred_date
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
