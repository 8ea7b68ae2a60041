-- The spine: every day from the first to the last with a request, event or feedback.
-- Days before the first or after the last request belong to it without counting as
-- calendar days. Days that only costs.json knows are not on it; the reconciliation
-- shows them.
with inputs as (

    select * from {{ ref('int_input_fingerprints') }}

),

bounds as (

    select
        min(input_date) filter (where input_hour_at is not null) as first_date,
        max(input_date) filter (where input_hour_at is not null) as last_date,
        min(input_date) filter (where request_count > 0) as first_request_date,
        max(input_date) filter (where request_count > 0) as last_request_date
    from inputs

),

spine as (

    {{ date_spine_between('bounds', 'first_date', 'last_date', 'metric_date') }}

),

summed_by_day as (

    select
        input_date,
        sum(input_count) as input_count,
        sum(input_hash) as input_hash
    from inputs
    group by input_date

),

counted as (

    select
        spine.metric_date,
        case
            when
                spine.metric_date
                between bounds.first_request_date and bounds.last_request_date
                then 1
            else 0
        end as day_count,
        coalesce(summed_by_day.input_count, 0) as input_count,
        coalesce(summed_by_day.input_hash, 0) as input_hash
    from spine
    cross join bounds
    left join summed_by_day
        on spine.metric_date = summed_by_day.input_date

),

final as (

    select
        metric_date,
        day_count,
        input_count,
        input_hash,
        concat_ws(':', day_count, input_count, input_hash) as fingerprint
    from counted

)

select * from final
