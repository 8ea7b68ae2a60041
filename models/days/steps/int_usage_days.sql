-- Every day that has a row in a usage table: those of the spine, and those only
-- costs.json knows.
with inputs as (

    select * from {{ ref('int_input_fingerprints') }}

),

final as (

    select
        input_date as usage_date,
        concat_ws(':', sum(input_count), sum(input_hash)) as fingerprint
    from inputs
    group by input_date

)

select * from final
