-- What a model name stands for: its provider and its family. The family is that of the
-- first pattern of `model_families` that matches, 'other' when none does.
with

logged_models as (
    select * from {{ ref('stg_prices__logged_models') }}
),

model_families as (
    select * from {{ ref('model_families') }}
),

model_prices as (
    select * from {{ ref('int_model_prices') }}
),

matched as (
    select
        logged_models.model_id,
        logged_models.priced_model_id,
        logged_models.provider as book_provider,
        logged_models.unpriced_reason,
        model_families.model_family,
        model_families.provider as family_provider,
        row_number() over (
            partition by logged_models.model_id
            order by model_families.priority, model_families.model_pattern
        ) as match_order
    from logged_models
    left join model_families
        on lower(logged_models.model_id) like model_families.model_pattern
),

priced_models as (
    select distinct model_id
    from model_prices
),

final as (
    select
        matched.model_id,
        matched.priced_model_id,

        coalesce(matched.book_provider, matched.family_provider) as provider,
        coalesce(matched.model_family, 'other') as model_family,
        matched.unpriced_reason,

        priced_models.model_id is not null as has_price
    from matched
    left join priced_models
        on matched.model_id = priced_models.model_id
    where matched.match_order = 1
)

select * from final
