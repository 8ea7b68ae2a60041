-- What the bridge is built of: each day's requests by model and by what is known of
-- their price, with the cost as billed and as list prices see it. Three list costs, for
-- the prompt and for the output:
--   baseline_card  the day's tokens at the baseline's rate card
--   full_list      at the prices in force at the call
--   list           the same × price_factor: batch discount, inference in one country
-- Web searches are in none of them, so they are a part of billed against list.
-- Exact: tokens are added up by rate card before they meet a price.
--   constant_price_cost_usd  billed cost × baseline card / full list, card by card, to
--                            the nano-dollar; exactly the billed cost where the two
--                            are equal or the price is not known; where the full list
--                            is zero, what the baseline card asks
--   cell_kind                'priced' (every token has a list price), 'unpriced', or
--                            'cache_hit' (no call)
{% set sides = {
    'prompt': token_classes() | reject('equalto', 'output') | list,
    'output': ['output'],
} %}
with

requests as (
    select * from {{ ref('fct_requests') }}
),

phase_windows as (
    select * from {{ ref('phase_windows') }}
),

own_rates as (
    select * from {{ ref('int_model_rates') }}
),

baseline_rates as (
    select * from {{ ref('int_baseline_rates') }}
),

place_requests as (
    select
        phase_windows.phase_id,
        requests.requested_date,
        requests.model_id,
        requests.model_family,
        requests.price_id,
        baseline_rates.price_id as baseline_price_id,
        case
            when not requests.is_api_call then 'cache_hit'
            when requests.list_cost_usd is null then 'unpriced'
            else 'priced'
        end as cell_kind,
        requests.price_factor,
        {% for token_class in token_classes() %}
            requests.{{ token_class }}_tokens,
        {% endfor %}
        requests.cost_usd,
        coalesce(
            requests.cost_usd
            <= (requests.list_cost_usd - coalesce(requests.web_search_cost_usd, 0))
            * {{ var('bridge_billing_ratio_limit') }}
            and requests.list_cost_usd - coalesce(requests.web_search_cost_usd, 0)
            <= requests.cost_usd * {{ var('bridge_billing_ratio_limit') }},
            false
        ) as is_cost_explained
    from requests
    inner join phase_windows
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    left join baseline_rates
        on
            requests.is_api_call
            and requests.model_id = baseline_rates.model_id
            and requests.rate_speed = baseline_rates.speed
            and requests.tier_prompt_tokens >= baseline_rates.min_prompt_tokens
            and requests.tier_prompt_tokens < baseline_rates.below_prompt_tokens
),

sum_by_card as (
    select
        phase_id,
        requested_date,
        model_id,
        model_family,
        price_id,
        baseline_price_id,
        cell_kind,
        price_factor,
        count(*) as request_count,
        count(*) filter (where cost_usd is null) as uncosted_request_count,
        {% for token_class in token_classes() %}
            cast(sum({{ token_class }}_tokens) as bigint) as {{ token_class }}_tokens,
        {% endfor %}
        cast(coalesce(sum(cost_usd), 0) as decimal(38, 9)) as cost_usd,
        cast(
            coalesce(sum(cost_usd) filter (where is_cost_explained), 0)
            as decimal(38, 9)
        ) as explained_cost_usd
    from place_requests
    group by
        phase_id,
        requested_date,
        model_id,
        model_family,
        price_id,
        baseline_price_id,
        cell_kind,
        price_factor
),

value_tokens as (
    select
        sum_by_card.phase_id,
        sum_by_card.requested_date,
        sum_by_card.model_id,
        sum_by_card.model_family,
        sum_by_card.cell_kind,
        sum_by_card.request_count,
        sum_by_card.uncosted_request_count,
        sum_by_card.cost_usd,
        sum_by_card.explained_cost_usd,
        sum_by_card.price_factor,
        {% for side, classes in sides.items() %}
            {% for token_class in classes %}
                sum_by_card.{{ token_class }}_tokens
                {%- if not loop.last %} +{% endif %}
            {% endfor %}
            {%- if classes | length > 1 %} as {{ side }}_tokens{% endif %},
            case
                when sum_by_card.cell_kind = 'priced'
                    then {{ side_list_cost(
                        'sum_by_card', classes, ['baseline_rates', 'own_rates']
                    ) }}
                else 0
            end as {{ side }}_baseline_card_usd,
            case
                when sum_by_card.cell_kind = 'priced'
                    then {{ side_list_cost('sum_by_card', classes, ['own_rates']) }}
                else 0
            end as {{ side }}_full_list_usd
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from sum_by_card
    left join own_rates
        on
            sum_by_card.model_id = own_rates.model_id
            and sum_by_card.price_id = own_rates.price_id
    left join baseline_rates
        on
            sum_by_card.model_id = baseline_rates.model_id
            and sum_by_card.baseline_price_id = baseline_rates.price_id
),

discount_batches as (
    select
        phase_id,
        requested_date,
        model_id,
        model_family,
        cell_kind,
        request_count,
        uncosted_request_count,
        cost_usd,
        explained_cost_usd,
        {% for side in sides %}
            {{ side }}_tokens,
            {{ side }}_baseline_card_usd,
            {{ side }}_full_list_usd,
            cast(
                cast({{ side }}_full_list_usd as decimal(33, 15)) * price_factor
                as decimal(38, 15)
            ) as {{ side }}_list_usd,
        {% endfor %}
        cast(
            case
                when
                    cell_kind <> 'priced'
                    or prompt_baseline_card_usd + output_baseline_card_usd
                    = prompt_full_list_usd + output_full_list_usd
                    then cost_usd
                when prompt_full_list_usd + output_full_list_usd > 0
                    then
                        cast(cost_usd as double) * (
                            cast(
                                prompt_baseline_card_usd + output_baseline_card_usd
                                as double
                            )
                            / cast(
                                prompt_full_list_usd + output_full_list_usd as double
                            )
                        )
                when prompt_baseline_card_usd + output_baseline_card_usd > 0
                    then
                        cast(
                            prompt_baseline_card_usd + output_baseline_card_usd
                            as double
                        ) * cast(price_factor as double)
                else cost_usd
            end as decimal(38, 12)
        ) as constant_price_cost_usd
    from value_tokens
),

final as (
    select
        phase_id,
        requested_date,
        model_id,
        min(model_family) as model_family,
        cell_kind,
        cast(sum(request_count) as bigint) as request_count,
        cast(sum(uncosted_request_count) as bigint) as uncosted_request_count,
        {% for side in sides %}
            cast(sum({{ side }}_tokens) as bigint) as {{ side }}_tokens,
            sum({{ side }}_baseline_card_usd) as {{ side }}_baseline_card_usd,
            sum({{ side }}_full_list_usd) as {{ side }}_full_list_usd,
            sum({{ side }}_list_usd) as {{ side }}_list_usd,
        {% endfor %}
        sum(cost_usd) as cost_usd,
        sum(explained_cost_usd) as explained_cost_usd,
        cast(sum(constant_price_cost_usd) as decimal(38, 9))
            as constant_price_cost_usd
    from discount_batches
    group by
        phase_id,
        requested_date,
        model_id,
        cell_kind
)

select * from final
