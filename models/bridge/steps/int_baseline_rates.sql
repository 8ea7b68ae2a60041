-- The baseline's rate card: the prices in force at the last API call of the baseline,
-- for every model and speed the price tables know. A model without a price at that
-- moment has the first price known after it, else the last one known before it.
with

model_rates as (
    select * from {{ ref('int_model_rates') }}
),

phase_windows as (
    select * from {{ ref('phase_windows') }}
),

requests as (
    select * from {{ ref('fct_requests') }}
),

find_the_last_call as (
    select max(requests.requested_at) as baseline_card_at
    from requests
    inner join phase_windows
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    where
        requests.is_api_call
        and phase_windows.phase_id = phase_windows.baseline_phase_id
),

compare_dates as (
    select
        model_rates.model_id,
        model_rates.speed,
        model_rates.valid_from,
        find_the_last_call.baseline_card_at,
        case
            when model_rates.valid_from > find_the_last_call.baseline_card_at
                then 'later'
            when model_rates.valid_to <= find_the_last_call.baseline_card_at
                then 'earlier'
            else 'in force'
        end as card_age
    from model_rates
    inner join find_the_last_call
        on find_the_last_call.baseline_card_at is not null
),

choose_a_version as (
    select
        model_id,
        speed,
        baseline_card_at,
        coalesce(
            max(valid_from) filter (where card_age = 'in force'),
            min(valid_from) filter (where card_age = 'later'),
            max(valid_from) filter (where card_age = 'earlier')
        ) as valid_from
    from compare_dates
    group by
        model_id,
        speed,
        baseline_card_at
),

final as (
    select
        model_rates.model_id,
        model_rates.price_id,

        model_rates.speed,
        model_rates.min_prompt_tokens,
        model_rates.below_prompt_tokens,

        {% for token_class in token_classes() %}
            model_rates.{{ token_class }}_usd_per_million,
        {% endfor %}

        choose_a_version.baseline_card_at
    from model_rates
    inner join choose_a_version
        on
            model_rates.model_id = choose_a_version.model_id
            and model_rates.speed = choose_a_version.speed
            and model_rates.valid_from = choose_a_version.valid_from
)

select * from final
