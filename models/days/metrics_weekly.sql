-- Sums of the days' components and ratios of the sums; tasks, batches and percentiles
-- anew from the requests. The first and last week may be cut off by the data: day_count
-- says how much there is.
with days as (

    select * from {{ ref('metrics_daily') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

{{ metrics_of_calendar('week') }}

select * from final
