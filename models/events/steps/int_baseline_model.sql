-- The model that the baseline called most: where a routing came from if its line does
-- not say.
with api_calls as (

    select * from {{ ref('int_tars_api_calls') }}

),

phases as (

    select * from {{ ref('phases') }}

),

count_models as (

    select
        api_calls.model_id,
        row_number() over (
            order by count(*) desc, api_calls.model_id asc
        ) as model_rank
    from api_calls
    inner join phases
        on
            api_calls.requested_date between phases.start_date and phases.end_date
            and phases.is_baseline
    group by api_calls.model_id

),

final as (

    select model_id
    from count_models
    where model_rank = 1

)

select * from final
