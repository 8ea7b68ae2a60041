with

model_prices as (
    select * from {{ source('prices', 'model_prices') }}
),

final as (
    select
        price_id,
        model_id,
        priced_model_id,

        provider,
        speed,
        token_class,
        min_prompt_tokens,

        usd_per_million_tokens,

        source as price_source,
        price_book_version,

        checked_on,
        valid_from,
        valid_to
    from model_prices
)

select * from final
