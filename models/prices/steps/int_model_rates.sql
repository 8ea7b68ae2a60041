-- The rate cards that requests join: the prices of all token classes side by side. A
-- model's history is cut at every date, and its prompts at every size, where any class
-- changes its price; a class without a price there is null.
with

model_prices as (
    select * from {{ ref('int_model_prices') }}
),

context_windows as (
    select
        provider,
        priced_model_id,
        max(context_window_tokens) as context_window_tokens
    from {{ ref('stg_prices__logged_models') }}
    group by provider, priced_model_id
),

date_cuts as (
    select
        model_id,
        speed,
        valid_from as cut_at
    from model_prices
    union
    select
        model_id,
        speed,
        valid_to as cut_at
    from model_prices
),

periods as (
    select
        model_id,
        speed,
        cut_at as valid_from,
        lead(cut_at) over (partition by model_id, speed order by cut_at) as valid_to
    from date_cuts
),

prompt_cuts as (
    select distinct
        periods.model_id,
        periods.speed,
        periods.valid_from,
        periods.valid_to,
        model_prices.min_prompt_tokens
    from periods
    inner join model_prices
        on
            periods.model_id = model_prices.model_id
            and periods.speed = model_prices.speed
            and periods.valid_from >= model_prices.valid_from
            and periods.valid_from < model_prices.valid_to
    where periods.valid_to is not null
),

cards as (
    select
        model_id,
        speed,
        valid_from,
        valid_to,
        min_prompt_tokens,
        coalesce(
            lead(min_prompt_tokens) over (
                partition by model_id, speed, valid_from
                order by min_prompt_tokens
            ),
            {{ no_prompt_limit() }}
        ) as below_prompt_tokens
    from prompt_cuts
),

pivoted as (
    select
        cards.model_id,
        cards.speed,
        cards.valid_from,
        cards.valid_to,
        cards.min_prompt_tokens,
        cards.below_prompt_tokens,
        {% for token_class in token_classes() + ['web_search'] %}
            max(
                case
                    when model_prices.token_class = '{{ token_class }}'
                        then model_prices.usd_per_million_tokens
                end
            ) as {{ token_class }}_usd_per_million,
        {% endfor %}
        min(model_prices.provider) as provider,
        min(model_prices.priced_model_id) as priced_model_id,
        min(model_prices.price_book_version) as price_book_version
    from cards
    inner join model_prices
        on
            cards.model_id = model_prices.model_id
            and cards.speed = model_prices.speed
            and cards.valid_from >= model_prices.valid_from
            and cards.valid_from < model_prices.valid_to
            and cards.min_prompt_tokens >= model_prices.min_prompt_tokens
            and cards.min_prompt_tokens < model_prices.below_prompt_tokens
    group by
        cards.model_id,
        cards.speed,
        cards.valid_from,
        cards.valid_to,
        cards.min_prompt_tokens,
        cards.below_prompt_tokens
),

final as (
    select
        concat_ws(
            '/',
            pivoted.provider,
            pivoted.priced_model_id,
            nullif(pivoted.model_id, pivoted.priced_model_id),
            pivoted.speed,
            cast(pivoted.min_prompt_tokens as {{ dbt.type_string() }}),
            case
                when pivoted.valid_from = {{ since_ever() }} then 'ever'
                else cast(pivoted.valid_from as {{ dbt.type_string() }})
            end
        ) as price_id,
        pivoted.model_id,
        pivoted.priced_model_id,

        pivoted.provider,
        pivoted.speed,
        pivoted.min_prompt_tokens,
        pivoted.below_prompt_tokens,
        context_windows.context_window_tokens,

        {% for token_class in token_classes() + ['web_search'] %}
            pivoted.{{ token_class }}_usd_per_million,
        {% endfor %}

        pivoted.price_book_version,

        pivoted.valid_from,
        pivoted.valid_to
    from pivoted
    left join context_windows
        on
            pivoted.provider = context_windows.provider
            and pivoted.priced_model_id = context_windows.priced_model_id
)

select * from final
