{{ config(materialized='view') }}

-- Every saving claim with what it is worth at the rate that would have been billed: a
-- claim priced, not a proof. How stands in the model of each strategy.
with cache_hits as (

    select * from {{ ref('int_cache_hits_valued') }}

),

model_routings as (

    select * from {{ ref('int_model_routings_valued') }}

),

context_prunings as (

    select * from {{ ref('int_context_prunings_valued') }}

),

batch_runs as (

    select * from {{ ref('int_batch_runs_valued') }}

),

lazy_deferrals as (

    select * from {{ ref('int_lazy_deferrals_valued') }}

),

unioned as (

    select
        event_id,
        saved_usd,
        valuation_rule
    from cache_hits
    union all
    select
        event_id,
        saved_usd,
        valuation_rule
    from model_routings
    union all
    select
        event_id,
        saved_usd,
        valuation_rule
    from context_prunings
    union all
    select
        event_id,
        saved_usd,
        valuation_rule
    from batch_runs
    union all
    select
        event_id,
        saved_usd,
        valuation_rule
    from lazy_deferrals

),

final as (

    select
        event_id,
        cast(saved_usd as decimal(18, 9)) as valued_savings_usd,
        valuation_rule
    from unioned

)

select * from final
