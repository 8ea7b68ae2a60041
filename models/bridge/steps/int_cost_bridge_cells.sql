-- The bridge itself. A model's daily cost is a chain of factors; each gets what it
-- contributes to the change, by Shapley, exactly (see docs/method/bridge.md).
--   workload             tasks per day, the same for all models
--   × requests_per_task  requests per task, the same for all models
--   × response_cache     share of requests sent to a provider (for hits: not sent)
--   × tokens_per_call    tokens of this class per call
--   × model_mix          this model's share of those tokens
--   × prompt_cache       baseline-card cost per token of the class: tiers, speeds
--   × vendor_price       full list cost / baseline-card cost
--   × batch_discount     list cost / full list cost
--   × billing            billed cost / list cost
-- The mix is one of tokens, so that sending the short calls to a small model counts as
-- the price difference on their tokens, and not as longer calls of the large one.
-- Where list prices do not explain the cost (no price; a cost on free tokens; a
-- response-cache hit with a cost; the whole comparison, by its flag), the mix is the
-- share of the calls, and all but workload, requests, cache and mix is one factor,
--   × unexplained_rate   billed cost per request
-- Beside such calls the mix of the others is their share of the calls × of the tokens.
-- A factor one window cannot show takes the other's value: a model that arrives or
-- leaves changes the mix, and nothing is invented about what it would have cost before.
-- The baseline's vendor price is then 1, its own card.
--   A prompt that is read from a cache instead of sent anew is no shorter. So where
-- some classes of the prompt have more tokens per call and others fewer, what the ones
-- gain and the others lose is the prompt cache's; the rest, valued where it came or
-- went, is the prompt's length.
{% set moments = ['before', 'after'] %}
{% set chain = [
    'workload',
    'requests_per_task',
    'response_cache',
    'tokens_per_call',
    'model_mix',
    'prompt_cache',
    'vendor_price',
    'batch_discount',
    'billing',
    'unexplained_rate',
] %}
{% set measures = ['tokens', 'baseline_card_usd', 'full_list_usd', 'list_usd'] %}
with

comparisons as (
    select * from {{ ref('int_cost_bridge_comparisons') }}
),

pairs as (
    select * from {{ ref('int_cost_bridge_pairs') }}
),

find_free_cards as (
    select
        *,
        {% for moment in moments %}
            {% for measure in ['request_count', 'tokens'] %}
                sum({{ moment }}_{{ measure }}) over (
                    partition by comparison_id, token_side
                ) as {{ moment }}_side_{{ measure }},
            {% endfor %}
        {% endfor %}
        (before_baseline_card_usd = 0 and before_full_list_usd > 0)
        or (after_baseline_card_usd = 0 and after_full_list_usd > 0)
            as is_card_free
    from pairs
),

measure_factors as (
    select
        cells.comparison_id,
        comparisons.phase_id,
        comparisons.metric_date,
        cells.model_id,
        cells.model_family,
        cells.cell_kind,
        cells.token_side,
        cells.is_list_explained,
        cells.is_card_free,
        {% for moment in moments %}
            cells.{{ moment }}_request_count,
            {% for measure in measures %}
                cells.{{ moment }}_{{ measure }},
            {% endfor %}
            case
                when not cells.is_list_explained
                    then cells.{{ moment }}_whole_cost_usd
                when cells.{{ moment }}_whole_list_usd > 0
                    then
                        cells.{{ moment }}_whole_cost_usd
                        * (
                            cells.{{ moment }}_list_usd
                            / cells.{{ moment }}_whole_list_usd
                        )
                else 0
            end as {{ moment }}_cost_usd,
            comparisons.{{ moment }}_day_count,
            {{ bridge_factor_values(moment) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from find_free_cards as cells
    inner join comparisons
        on cells.comparison_id = comparisons.comparison_id
),

carry_factors as (
    select
        comparison_id,
        phase_id,
        metric_date,
        model_id,
        model_family,
        cell_kind,
        token_side,
        is_list_explained,
        {% for moment in moments %}
            {% set other = 'after' if moment == 'before' else 'before' %}
            {{ moment }}_request_count / {{ moment }}_day_count
                as {{ moment }}_daily_request_count,
            {% for measure in measures %}
                {{ moment }}_{{ measure }} / {{ moment }}_day_count
                    as {{ moment }}_daily_{{ measure }},
            {% endfor %}
            {{ moment }}_cost_usd / {{ moment }}_day_count
                as {{ moment }}_daily_cost_usd,
            {% for factor in chain %}
                {% if factor == 'vendor_price' and moment == 'before' %}
                    case
                        when before_vendor_price is not null then before_vendor_price
                        when is_card_free then after_vendor_price
                        else 1
                    end as before_vendor_price
                {% else %}
                    coalesce({{ moment }}_{{ factor }}, {{ other }}_{{ factor }}, 1)
                        as {{ moment }}_{{ factor }}
                {% endif %}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from measure_factors
),

attribute_changes as (
    select
        *,
        case
            when is_list_explained and token_side <> 'output'
                then
                    (after_tokens_per_call - before_tokens_per_call)
                    / count(*) over (partition by comparison_id, token_side)
            else 0
        end as prompt_change,
        {% for factor in chain %}
            {{ shapley_contribution(chain, factor) }} as {{ factor }}_usd
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from carry_factors
),

measure_prompts as (
    select
        *,
        sum(greatest(prompt_change, 0)) over (partition by comparison_id)
            as prompt_gain,
        sum(greatest(0 - prompt_change, 0)) over (partition by comparison_id)
            as prompt_loss
    from attribute_changes
),

share_prompts as (
    select
        *,
        case
            when prompt_change = 0 then 0
            when (prompt_change > 0) <> (prompt_gain > prompt_loss) then 0
            else
                abs(prompt_gain - prompt_loss)
                / case when prompt_change > 0 then prompt_gain else prompt_loss end
        end * tokens_per_call_usd as prompt_length_usd
    from measure_prompts
),

final as (
    select
        comparison_id,
        phase_id,
        metric_date,
        model_id,
        model_family,
        cell_kind,
        token_side,

        {% for moment in moments %}
            {{ moment }}_daily_request_count,
            {% for measure in measures %}
                {{ moment }}_daily_{{ measure }},
            {% endfor %}
            {{ moment }}_daily_cost_usd,
            {% for factor in chain %}
                {{ moment }}_{{ factor }},
            {% endfor %}
        {% endfor %}

        workload_usd,
        requests_per_task_usd,
        response_cache_usd,
        model_mix_usd,
        prompt_length_usd as prompt_tokens_usd,
        case when token_side = 'output' then tokens_per_call_usd else 0 end
            as output_tokens_usd,
        case
            when token_side = 'output' then prompt_cache_usd
            else prompt_cache_usd + tokens_per_call_usd - prompt_length_usd
        end as prompt_cache_usd,
        vendor_price_usd,
        batch_discount_usd,
        billing_usd,
        unexplained_rate_usd,

        is_list_explained
    from share_prompts
)

select * from final
