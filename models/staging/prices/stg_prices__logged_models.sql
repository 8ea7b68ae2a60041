with

logged_models as (
    select * from {{ source('prices', 'logged_models') }}
),

final as (
    select
        model_id,
        priced_model_id,

        provider,
        unpriced_reason,
        context_window_tokens
    from logged_models
)

select * from final
