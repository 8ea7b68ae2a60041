-- The calendar months that the days of the spine lie in, with the fingerprint of their
-- days.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

final as (

    select
        cast(date_trunc('month', metric_date) as date) as month_start_date,
        min(metric_date) as first_date,
        max(metric_date) as last_date,
        concat_ws(':', count(*), sum(day_count), sum(input_count), sum(input_hash))
            as fingerprint
    from days
    group by cast(date_trunc('month', metric_date) as date)

)

select * from final
