-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What can stand in the way of a change of the cost of a unit, whatever its interval:
--   check_id         a serious hygiene check, but those the figure allows for: prices
--                    that changed, another mix of task types, another ratio of bill to
--                    list price
--   priced_share     the least share of cost, tokens and calls with a price and usage
--   unbilled_ratio   how far the bill is from showing the change: more was billed (as
--                    calls record it, or as costs.json reports it) than fewer tokens
--                    say, or less than more of them say. Where the bill moved further
--                    the same way, that is a price, which the figure leaves out.
--   lost_unit_growth where no task types are logged and a day has fewer units: the
--                    change that is left if the missing ones were the dearest of the
--                    baseline. Work that went away looks just like cheaper work.
--   is_borne_out     a rise is seen in the whole and in a call, too. A fall is believed
--                    if there were not clearly more units in a session (else in a day);
--                    if there were, at least half of it must be seen in a session (or
--                    day), or, for tasks, in a call, with hardly any call on another
--                    model than before: else each need may have been asked more often.
{% set drivers = [
    'unit', 'api_call', 'session', 'day', 'units_per_session', 'units_per_day'
] %}

with unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('int_unit_requests') }}

),

units as (

    select * from {{ ref('int_units') }}

),

sources as (

    select * from {{ ref('int_instrument_sources') }}

),

models as (

    select * from {{ ref('int_instrument_models') }}

),

hygiene_checks as (

    select * from {{ ref('hygiene_checks') }}

),

first_breaks as (

    select
        phase_id,
        min_by(check_id, check_order) as check_id,
        min_by(observed_value, check_order) as check_value,
        min_by(serious_threshold, check_order) as check_limit
    from hygiene_checks
    where
        status = 'serious'
        and check_id not in (
            'price_changes', 'mix_drift_task_types', 'billed_list_ratio'
        )
    group by phase_id

),

billing_limits as (

    select
        phase_id,
        max(serious_threshold) as unbilled_limit
    from hygiene_checks
    where check_id = 'billed_list_ratio'
    group by phase_id

),

reported_shifts as (

    select
        phase_windows.phase_id,
        sum(
            phase_sources.cost_share * (
                phase_sources.reported_logged_ratio
                / nullif(baseline_sources.reported_logged_ratio, 0)
                - 1
            )
        ) as shift
    from phase_windows
    inner join sources as phase_sources
        on phase_windows.phase_id = phase_sources.phase_id
    inner join sources as baseline_sources
        on
            phase_windows.baseline_phase_id = baseline_sources.phase_id
            and phase_sources.source_system = baseline_sources.source_system
    group by phase_windows.phase_id

),

billing_shifts as (

    select
        phase_windows.phase_id,
        greatest(
            max(models.billed_beyond_tokens_ratio), max(reported_shifts.shift)
        ) as billed_beyond_tokens_ratio,
        greatest(
            max(models.tokens_beyond_billed_ratio), 0 - max(reported_shifts.shift)
        ) as tokens_beyond_billed_ratio
    from phase_windows
    left join models on phase_windows.phase_id = models.phase_id
    left join reported_shifts on phase_windows.phase_id = reported_shifts.phase_id
    group by phase_windows.phase_id

),

priced_windows as (

    select
        requests.phase_id,
        least(
            {{ safe_divide(
                'sum(requests.cost_usd) filter (where requests.is_priced)',
                'sum(requests.cost_usd)',
            ) }},
            {{ safe_divide(
                'sum(requests.total_tokens) filter (where requests.is_priced)',
                'sum(requests.total_tokens)',
            ) }},
            1 - cast(
                count(*) filter (where requests.is_usage_missing) as double
            ) / count(*)
        ) as priced_share
    from requests
    group by requests.phase_id

),

called_models as (

    select
        phase_id,
        model_id,
        cast(count(*) as double) / sum(count(*)) over (partition by phase_id)
            as call_share
    from requests
    group by phase_id, model_id

),

moved_calls as (

    select
        phase_windows.phase_id,
        sum(
            greatest(
                called_models.call_share - coalesce(before_models.call_share, 0), 0
            )
        ) as moved_call_share
    from phase_windows
    inner join called_models on phase_windows.phase_id = called_models.phase_id
    left join called_models as before_models
        on
            phase_windows.baseline_phase_id = before_models.phase_id
            and called_models.model_id = before_models.model_id
    group by phase_windows.phase_id

),

unit_kinds as (

    select
        units.phase_id,
        bool_or(units.has_tasks) as has_tasks
    from units
    group by units.phase_id

),

ranked_units as (

    select
        units.phase_id,
        units.is_baseline_side,
        units.cost_usd,
        case
            when units.is_baseline_side then baseline_windows.active_day_count
            else phase_windows.active_day_count
        end as day_count,
        row_number() over (
            partition by units.phase_id, units.is_baseline_side
            order by units.cost_usd desc
        ) as cost_rank
    from units
    inner join phase_windows on units.phase_id = phase_windows.phase_id
    inner join phase_windows as baseline_windows
        on units.baseline_phase_id = baseline_windows.phase_id
    where units.unit_count = 1 and not units.has_types

),

untyped_units as (

    select
        phase_id,
        max(cost_rank) filter (where is_baseline_side)
        - cast(max(cost_rank) filter (where not is_baseline_side) as double)
        / max(day_count) filter (where not is_baseline_side)
        * max(day_count) filter (where is_baseline_side) as lost_unit_count,
        avg(cost_usd) filter (where not is_baseline_side) as phase_mean_usd
    from ranked_units
    group by phase_id

),

remaining_units as (

    select
        ranked_units.phase_id,
        ln(
            nullif(max(untyped_units.phase_mean_usd), 0)
            / nullif(avg(ranked_units.cost_usd), 0)
        ) as lost_unit_growth
    from ranked_units
    inner join untyped_units on ranked_units.phase_id = untyped_units.phase_id
    where
        ranked_units.is_baseline_side
        and untyped_units.lost_unit_count > 0
        and ranked_units.cost_rank > untyped_units.lost_unit_count
    group by ranked_units.phase_id

),

pivoted as (

    select
        phase_id,
        {%- for driver in drivers %}
            {%- for end in ['', '_low', '_high'] %}
                max(growth{{ end }}) filter (
                    where driver = '{{ driver }}'
                ) as {{ driver }}_growth{{ end }},
            {%- endfor %}
        {%- endfor %}
        count(*) as driver_count
    from unit_costs
    group by phase_id

),

held_against_the_whole as (

    select
        pivoted.phase_id,
        pivoted.unit_growth,
        unit_kinds.has_tasks,
        moved_calls.moved_call_share,
        coalesce(
            pivoted.units_per_session_growth_low, pivoted.units_per_day_growth_low
        ) > 0 as has_more_units,
        {%- for whole in ['growth', 'growth_high'] %}
            coalesce(pivoted.session_{{ whole }}, pivoted.day_{{ whole }})
                as whole_{{ whole }},
            pivoted.api_call_{{ whole }},
        {%- endfor %}
        pivoted.driver_count
    from pivoted
    inner join unit_kinds on pivoted.phase_id = unit_kinds.phase_id
    inner join moved_calls on pivoted.phase_id = moved_calls.phase_id

),

final as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        case
            when held_against_the_whole.has_tasks then 'task'
            when held_against_the_whole.has_tasks is not null then 'api_call'
        end as unit_of_work,
        first_breaks.check_id,
        first_breaks.check_value,
        first_breaks.check_limit,
        least(own_prices.priced_share, baseline_prices.priced_share) as priced_share,
        case
            when held_against_the_whole.unit_growth < 0
                then billing_shifts.billed_beyond_tokens_ratio
            else billing_shifts.tokens_beyond_billed_ratio
        end as unbilled_ratio,
        billing_limits.unbilled_limit,
        remaining_units.lost_unit_growth,
        coalesce(
            case
                when held_against_the_whole.unit_growth >= 0
                    then
                        held_against_the_whole.whole_growth > 0
                        or (
                            held_against_the_whole.has_tasks
                            and held_against_the_whole.api_call_growth > 0
                        )
                when not held_against_the_whole.has_more_units then true
                else
                    (
                        held_against_the_whole.whole_growth_high < 0
                        and held_against_the_whole.whole_growth
                        <= held_against_the_whole.unit_growth / 2
                    )
                    or (
                        held_against_the_whole.has_tasks
                        and held_against_the_whole.api_call_growth_high < 0
                        and held_against_the_whole.api_call_growth
                        <= held_against_the_whole.unit_growth / 2
                        and held_against_the_whole.moved_call_share
                        <= {{ var('maximum_moved_share') }}
                    )
            end,
            false
        ) as is_borne_out
    from phase_windows
    left join held_against_the_whole
        on phase_windows.phase_id = held_against_the_whole.phase_id
    left join remaining_units on phase_windows.phase_id = remaining_units.phase_id
    left join first_breaks on phase_windows.phase_id = first_breaks.phase_id
    left join billing_shifts on phase_windows.phase_id = billing_shifts.phase_id
    left join billing_limits on phase_windows.phase_id = billing_limits.phase_id
    left join priced_windows as own_prices
        on phase_windows.phase_id = own_prices.phase_id
    left join priced_windows as baseline_prices
        on phase_windows.baseline_phase_id = baseline_prices.phase_id
    where
        not phase_windows.is_baseline
        and phase_windows.baseline_phase_id is not null

)

select * from final
