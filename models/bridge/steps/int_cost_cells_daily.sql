-- What the bridge is built of: each day's requests by model and by what is known of
-- their price, with the cost as billed and as list prices see it. Three list costs, of
-- each class of tokens and of all:
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
{% set measures = ['baseline_card_usd', 'full_list_usd', 'list_usd'] %}
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
        {% for token_class in token_classes() %}
            sum_by_card.{{ token_class }}_tokens,
            {% for measure, rates in {
                'baseline_card_usd': ['baseline_rates', 'own_rates'],
                'full_list_usd': ['own_rates'],
            }.items() %}
                case
                    when sum_by_card.cell_kind = 'priced'
                        then cast(
                            cast(
                                sum_by_card.{{ token_class }}_tokens as decimal(18, 0)
                            )
                            * coalesce(
                                {%- for card in rates %}
                                    {{ card }}.{{ token_class }}_usd_per_million,
                                {%- endfor %}
                                0
                            )
                            * cast(0.000001 as decimal(7, 6)) as decimal(38, 15)
                        )
                    else 0
                end as {{ token_class }}_{{ measure }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
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

add_up_classes as (
    select
        *,
        {% for token_class in token_classes() %}
            cast(
                cast({{ token_class }}_full_list_usd as decimal(33, 15)) * price_factor
                as decimal(38, 15)
            ) as {{ token_class }}_list_usd,
        {% endfor %}
        {% for measure in measures[:2] %}
            {% for token_class in token_classes() %}
                {{ token_class }}_{{ measure }}{{ ' +' if not loop.last }}
            {% endfor %} as {{ measure }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from value_tokens
),

discount_batches as (
    select
        *,
        {% for token_class in token_classes() %}
            {{ token_class }}_list_usd{{ ' +' if not loop.last }}
        {% endfor %} as list_usd,
        cast(
            case
                when cell_kind <> 'priced' or baseline_card_usd = full_list_usd
                    then cost_usd
                when full_list_usd > 0
                    then
                        cast(cost_usd as double) * (
                            cast(baseline_card_usd as double)
                            / cast(full_list_usd as double)
                        )
                when baseline_card_usd > 0
                    then
                        cast(baseline_card_usd as double)
                        * cast(price_factor as double)
                else cost_usd
            end as decimal(38, 12)
        ) as constant_price_cost_usd
    from add_up_classes
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
        {% for token_class in token_classes() %}
            cast(sum({{ token_class }}_tokens) as bigint) as {{ token_class }}_tokens,
            {% for measure in measures %}
                sum({{ token_class }}_{{ measure }}) as {{ token_class }}_{{ measure }},
            {% endfor %}
        {% endfor %}
        sum(list_usd) as list_usd,
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
