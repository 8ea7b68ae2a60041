-- Every API call of every window, and of each side of an experiment, at the baseline's
-- prices: its tokens on the baseline's rate card × what the reference (the baseline or
-- the control) was billed of its list cost, for the model where the reference has
-- enough calls of it, else for all of it. What the log of the phase says a call cost is
-- not looked at: a discount, an unread bill or a faulty cost moves nothing. A
-- response-cache hit is no call and no unit of work: it costs nothing, and anything may
-- add any number of them. Nor is a credit or refund without tokens.
--   is_priced  its usage was logged, and every token has a price on the card; a call
--              that is not counts as the mean call of the reference
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}
    where
        is_api_call
        and not (cost_credibility = 'adjustment' and total_tokens = 0)

),

clusters as (

    select * from {{ ref('int_request_clusters') }}

),

baseline_rates as (

    select * from {{ ref('int_baseline_rates') }}

),

-- A plan whose baseline has no call has no card: an experiment is priced as each call
-- was, which is alike for two sides of the same days.
cards as (

    select count(*) > 0 as is_known
    from baseline_rates

),

experiment_requests as (

    select * from {{ ref('int_experiment_requests') }}
    where window_id is not null

),

window_requests as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        clusters.cluster_id,
        requests.*
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    inner join clusters on requests.request_id = clusters.request_id
    union all
    select
        experiment_requests.window_id as phase_id,
        experiment_requests.reference_id as baseline_phase_id,
        coalesce(experiment_requests.cluster_id, clusters.cluster_id) as cluster_id,
        requests.*
    from experiment_requests
    inner join requests on experiment_requests.request_id = requests.request_id
    inner join clusters on experiment_requests.request_id = clusters.request_id

),

listed as (

    select
        requests.*,
        requests.status != 'error'
        and coalesce(requests.total_tokens, 0) = 0 as is_usage_missing,
        case
            when requests.list_cost_usd is null then null
            when
                requests.price_id = baseline_rates.price_id or not cards.is_known
                then requests.list_cost_usd
            when
                {{ tokens_with_price('requests', 'baseline_rates', false) }} = 0
                then cast(
                    {{ exact_list_cost('requests', 'baseline_rates') }}
                    * requests.price_factor
                    + coalesce(requests.web_search_cost_usd, 0) as decimal(18, 9)
                )
        end as card_cost_usd
    from window_requests as requests
    cross join cards
    left join baseline_rates
        on
            requests.model_id = baseline_rates.model_id
            and requests.rate_speed = baseline_rates.speed
            and requests.tier_prompt_tokens >= baseline_rates.min_prompt_tokens
            and requests.tier_prompt_tokens < baseline_rates.below_prompt_tokens

),

billed_models as (

    select
        listed.baseline_phase_id,
        listed.model_id,
        sum(listed.cost_usd) as cost_usd,
        sum(listed.list_cost_usd) as list_cost_usd,
        sum(listed.card_cost_usd) as card_cost_usd,
        count(*) as call_count
    from listed
    where
        listed.phase_id = listed.baseline_phase_id
        and listed.cost_usd is not null
        and listed.card_cost_usd is not null
        and not listed.is_usage_missing
    group by listed.baseline_phase_id, listed.model_id

),

own_ratios as (

    select
        billed_models.baseline_phase_id,
        billed_models.model_id,
        {{ safe_divide('billed_models.cost_usd', 'billed_models.list_cost_usd') }}
            as billed_ratio
    from billed_models
    where billed_models.call_count >= {{ var('minimum_stratum_units') }}

),

all_models as (

    select
        billed_models.baseline_phase_id,
        {{ safe_divide(
            'sum(billed_models.card_cost_usd)', 'sum(billed_models.call_count)'
        ) }} as mean_cost_usd,
        {{ safe_divide(
            'sum(billed_models.cost_usd)', 'sum(billed_models.list_cost_usd)'
        ) }} as billed_ratio
    from billed_models
    group by billed_models.baseline_phase_id

),

final as (

    select
        listed.phase_id,
        listed.request_id,
        listed.source_system,
        listed.session_id,
        nullif(listed.task_id, listed.request_id) as task_id,
        listed.cluster_id,
        listed.model_id,
        listed.model_family,
        listed.task_type,
        listed.status,
        listed.quality_score,
        listed.cost_usd,
        coalesce(listed.output_tokens, 0) as output_tokens,
        coalesce(listed.total_tokens, 0) as total_tokens,
        listed.card_cost_usd is not null
        and not listed.is_usage_missing as is_priced,
        listed.is_usage_missing,
        cast(
            case
                when listed.is_usage_missing or listed.card_cost_usd is null
                    then all_models.mean_cost_usd
                else listed.card_cost_usd
            end
            * coalesce(own_ratios.billed_ratio, all_models.billed_ratio, 1)
            as decimal(18, 9)
        ) as cost_at_baseline_usd,
        listed.requested_at,
        listed.requested_date
    from listed
    left join all_models on listed.baseline_phase_id = all_models.baseline_phase_id
    left join own_ratios
        on
            listed.baseline_phase_id = own_ratios.baseline_phase_id
            and listed.model_id = own_ratios.model_id

)

select * from final
