-- Every day of the reporting time zone from the first to the last input. A day without
-- requests has counts and cost of 0 and null ratios; a cost is null where that of a
-- call is unknown.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

components as (

    select * from {{ ref('int_metric_components') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

sum_days as (

    select
        days.metric_date,
        cast(days.day_count as bigint) as day_count,
        {{ component_sums('components') }}
    from days
    left join components on days.metric_date = components.metric_date
    group by
        days.metric_date,
        days.day_count

),

sum_windows as (

    select
        sum_days.*,
        cast(case when sum_days.api_call_count > 0 then 1 else 0 end as bigint)
            as active_day_count
    from sum_days

),

window_requests as (

    select
        requests.*,
        requests.requested_date as metric_date
    from requests

),

{{ metrics_of_windows('metric_date', ['day_count', 'active_day_count']) }}

select * from final
