-- As int_reporting_days, for the hours of UTC.
with inputs as (

    select * from {{ ref('int_input_fingerprints') }}

),

bounds as (

    select
        min(input_hour_at) as first_hour_at,
        max(input_hour_at) as last_hour_at
    from inputs

),

spine as (

    {{ hour_spine_between(
        'bounds', 'first_hour_at', 'last_hour_at', 'metric_hour_at'
    ) }}

),

summed_by_hour as (

    select
        input_hour_at,
        sum(input_count) as input_count,
        sum(input_hash) as input_hash
    from inputs
    where input_hour_at is not null
    group by input_hour_at

),

final as (

    select
        spine.metric_hour_at,
        concat_ws(
            ':',
            coalesce(summed_by_hour.input_count, 0),
            coalesce(summed_by_hour.input_hash, 0)
        ) as fingerprint
    from spine
    left join summed_by_hour
        on spine.metric_hour_at = summed_by_hour.input_hour_at

)

select * from final
