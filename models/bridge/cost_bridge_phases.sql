-- From the baseline's daily cost to the phase's, factor by factor, per day with calls.
-- The contributions of a phase add up to its change: nothing is left over. The driver's
-- two values are averages over all models, so a change of the mix moves them too; the
-- contributions were measured model by model. The mix has no average: its driver is the
-- share of calls that went to other models, from 0.
--   What cancels by construction is netted: calls per task = requests per task × share
--   sent to a provider, so a request more that the response cache serves raises the one
--   factor by what it takes off the other. Where the two work against each other, the
--   smaller is taken off both; gross_contribution_usd_per_day has them as they were.
{% set cell_key = ['cells.model_id', 'cells.cell_kind', 'cells.token_side'] %}
{% set explained = 'cells.is_list_explained' %}
{% set unexplained = "not cells.is_list_explained and cells.cell_kind <> 'cache_hit'" %}
{% set cancelling_pairs = [
    ('requests_per_task', 'response_cache'), ('batch_discount', 'billing')
] %}
{% set outputs = "cells.token_side = 'output'" %}
{% set drivers = [
    ('prompt_tokens', 'tokens', 'request_count', "cells.is_list_explained and cells.token_side <> 'output'"),
    ('output_tokens', 'tokens', 'request_count', outputs),
    ('prompt_cache', 'baseline_card_usd', 'tokens', explained),
    ('vendor_price', 'full_list_usd', 'baseline_card_usd', explained),
    ('batch_discount', 'list_usd', 'full_list_usd', explained),
    ('billing', 'cost_usd', 'list_usd', explained),
    ('unexplained_rate', 'cost_usd', 'request_count', unexplained),
] %}

with comparisons as (

    select * from {{ ref('int_cost_bridge_comparisons') }}
    where metric_date is null

),

cells as (

    select * from {{ ref('int_cost_bridge_cells') }}
    where metric_date is null

),

factors as (

    select * from {{ ref('bridge_factors') }}

),

call_shifts as (

    select * from {{ ref('int_model_call_shifts') }}

),

sum_cells as (

    select
        cells.comparison_id,
        {% for factor in bridge_factor_ids() %}
            {{ sum_in_order('cells.' ~ factor ~ '_usd', cell_key) }}
                as {{ factor }}_usd,
        {% endfor %}
        {% for moment in ['before', 'after'] %}
            {% for driver, numerator, denominator, rows_taken in drivers %}
                {{ sum_in_order(
                    'cells.' ~ moment ~ '_daily_' ~ numerator, cell_key, rows_taken
                ) }}
                / nullif(
                    {{ sum_in_order(
                        'cells.' ~ moment ~ '_daily_' ~ denominator,
                        cell_key,
                        outputs if driver == 'prompt_tokens' else rows_taken
                    ) }},
                    0
                ) as {{ moment }}_{{ driver }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from cells
    group by cells.comparison_id

),

name_factors as (

    select
        comparisons.phase_id,
        comparisons.baseline_phase_id,
        factors.factor_id,
        factors.factor_order,
        factors.factor_name,
        comparisons.before_daily_usd as baseline_daily_usd,
        comparisons.after_daily_usd as phase_daily_usd,
        comparisons.after_daily_usd
        - comparisons.before_daily_usd as change_usd_per_day,
        {{ bridge_contribution('factors', 'sum_cells') }} as contribution_usd_per_day,
        {% for moment, moved in [('before', 0), ('after', 1)] %}
            case factors.factor_id
                when 'workload' then comparisons.{{ moment }}_workload
                when 'requests_per_task'
                    then comparisons.{{ moment }}_requests_per_task
                when 'response_cache'
                    then
                        comparisons.{{ moment }}_api_call_count
                        / nullif(comparisons.{{ moment }}_request_count, 0)
                when 'prompt_tokens' then sum_cells.{{ moment }}_prompt_tokens
                when 'output_tokens' then sum_cells.{{ moment }}_output_tokens
                when 'model_mix' then {{ moved }} * call_shifts.shifted_call_share
                when 'prompt_cache' then 1000000 * sum_cells.{{ moment }}_prompt_cache
                when 'vendor_price' then sum_cells.{{ moment }}_vendor_price
                when 'batch_discount' then sum_cells.{{ moment }}_batch_discount
                when 'billing' then sum_cells.{{ moment }}_billing
                when 'unexplained_rate' then sum_cells.{{ moment }}_unexplained_rate
            end as {{ moment }}_driver_value,
        {% endfor %}
        case
            when
                factors.factor_id = 'workload'
                and (
                    not comparisons.is_task_counted
                    or (
                        comparisons.before_requests_per_task = 1
                        and comparisons.after_requests_per_task = 1
                    )
                )
                then 'requests per day'
            else factors.driver_unit
        end as driver_unit,
        comparisons.is_token_explained,
        comparisons.token_explanation_code,
        comparisons.before_explained_share,
        comparisons.after_explained_share,
        comparisons.before_billing_ratio,
        comparisons.after_billing_ratio,
        {{ factor_missing_reason('factors', 'comparisons') }} as missing_reason
    from comparisons
    cross join factors
    left join sum_cells on comparisons.comparison_id = sum_cells.comparison_id
    left join call_shifts on comparisons.phase_id = call_shifts.phase_id

),

pair_factors as (

    select
        name_factors.phase_id,
        {%- for pair in cancelling_pairs %}
            {%- for factor in pair %}
                sum(name_factors.contribution_usd_per_day) filter (
                    where name_factors.factor_id = '{{ factor }}'
                    and name_factors.missing_reason is null
                ) as {{ factor }}_usd,
            {%- endfor %}
        {%- endfor %}
        count(*) as factor_count
    from name_factors
    group by name_factors.phase_id

),

net_factors as (

    select
        name_factors.*,
        name_factors.contribution_usd_per_day
        - sign(name_factors.contribution_usd_per_day)
        * case
            {%- for one, other in cancelling_pairs %}
                when
                    name_factors.factor_id in ('{{ one }}', '{{ other }}')
                    and pair_factors.{{ one }}_usd * pair_factors.{{ other }}_usd < 0
                    then
                        least(
                            abs(pair_factors.{{ one }}_usd),
                            abs(pair_factors.{{ other }}_usd)
                        )
            {%- endfor %}
            else 0
        end as net_usd_per_day
    from name_factors
    inner join pair_factors on name_factors.phase_id = pair_factors.phase_id

),

final as (

    select
        net_factors.phase_id,
        net_factors.baseline_phase_id,
        net_factors.factor_id,
        net_factors.factor_order,
        net_factors.factor_name,
        net_factors.baseline_daily_usd,
        net_factors.phase_daily_usd,
        net_factors.change_usd_per_day,
        case
            when net_factors.missing_reason is null
                then net_factors.net_usd_per_day
        end as contribution_usd_per_day,
        case
            when net_factors.missing_reason is null
                then net_factors.contribution_usd_per_day
        end as gross_contribution_usd_per_day,
        case
            when net_factors.missing_reason is null
                then {{ safe_divide(
                    'net_factors.net_usd_per_day',
                    'net_factors.change_usd_per_day'
                ) }} + 0
        end as share_of_change,
        case
            when net_factors.missing_reason is null
                then {{ safe_divide(
                    'net_factors.net_usd_per_day',
                    'net_factors.baseline_daily_usd'
                ) }} + 0
        end as contribution_ratio,
        case
            when net_factors.missing_reason is null
                then net_factors.before_driver_value
        end as baseline_driver_value,
        case
            when net_factors.missing_reason is null
                then net_factors.after_driver_value
        end as phase_driver_value,
        net_factors.driver_unit,
        net_factors.is_token_explained,
        net_factors.token_explanation_code,
        net_factors.before_explained_share as baseline_explained_share,
        net_factors.after_explained_share as phase_explained_share,
        net_factors.before_billing_ratio as baseline_billing_ratio,
        net_factors.after_billing_ratio as phase_billing_ratio,
        net_factors.missing_reason
    from net_factors

)

select * from final
