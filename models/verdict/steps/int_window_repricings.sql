-- How much of each phase's cost is on models whose prices changed inside it (a new rate
-- card with the same prices is no change).
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

rates as (

    select * from {{ ref('int_model_rates') }}

),

sum_models as (

    select
        phase_windows.phase_id,
        requests.model_id,
        rates.speed,
        rates.min_prompt_tokens,
        count(distinct concat_ws(
            '/',
            {% for token_class in token_classes() %}
                coalesce(rates.{{ token_class }}_usd_per_million, -1)
                {{- ',' if not loop.last }}
            {% endfor %}
        )) > 1 as is_repriced,
        sum(requests.cost_usd) as cost_usd
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    inner join rates on requests.price_id = rates.price_id
    where requests.is_api_call
    group by
        phase_windows.phase_id,
        requests.model_id,
        rates.speed,
        rates.min_prompt_tokens

),

final as (

    select
        sum_models.phase_id,
        {{ safe_divide(
            'coalesce(
                sum(sum_models.cost_usd) filter (where sum_models.is_repriced), 0
            )',
            'sum(sum_models.cost_usd)'
        ) }} as repriced_cost_share
    from sum_models
    group by sum_models.phase_id

)

select * from final
