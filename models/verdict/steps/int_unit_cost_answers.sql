-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What a unit of work costs against the baseline, and whether that is settled. The
-- first of these that holds says why it is not (docs/method.md, rules 1 to 9):
--   instrument          a serious hygiene check, of those the figure does not allow for
--   cost_unknown        one of the two windows has no unit of work, or no cost at all
--   prices_unknown      too little of the calls, of the cost or of the tokens is priced
--   baseline_zero       the baseline cost nothing: there is nothing to be cheaper than
--   mix_not_comparable  too much of the cost lies in work that only one window has
--   too_little_data     there is no interval
--   chance              the interval includes zero
--   trend_continued     the change only goes on with the trend before it
--   baseline_unusual    it holds against the baseline, but not against the days before
--                       it, from which the baseline was far off
--   drivers_disagree    other ways to count the work do not bear the change out

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

hygiene_checks as (

    select * from {{ ref('hygiene_checks') }}
    where
        status = 'serious'
        and check_id not in ('price_changes', 'mix_drift_task_types')

),

first_breaks as (

    select
        phase_id,
        min_by(check_id, check_order) as check_id,
        min_by(observed_value, check_order) as observed_value,
        min_by(serious_threshold, check_order) as serious_threshold
    from hygiene_checks
    group by phase_id

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

unit_kinds as (

    select
        units.phase_id,
        bool_or(units.has_tasks) as has_tasks
    from units
    group by units.phase_id

),

pivoted as (

    select
        phase_id,
        {%- for column, driver in [
            ('growth', 'api_call'),
            ('growth_high', 'api_call'),
            ('growth', 'session'),
            ('growth_high', 'session'),
            ('growth', 'day'),
            ('growth_high', 'day'),
            ('growth_low', 'units_per_session'),
            ('growth_low', 'units_per_day'),
        ] %}
            max({{ column }}) filter (
                where driver = '{{ driver }}'
            ) as {{ driver }}_{{ column }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from unit_costs
    group by phase_id

),

gathered as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        phase_windows.active_day_count,
        case
            when unit_kinds.has_tasks then 'task'
            when unit_kinds.has_tasks is not null then 'api_call'
        end as unit_of_work,
        unit_costs.baseline_value,
        unit_costs.phase_value,
        unit_costs.growth,
        unit_costs.growth_low,
        unit_costs.growth_high,
        unit_costs.own_growth_low,
        unit_costs.own_growth_high,
        unit_costs.interval_basis,
        unit_costs.placebo_pair_count,
        unit_costs.placebo_as_large_count,
        unit_costs.baseline_excess,
        unit_costs.is_only_against_baseline,
        unit_costs.is_trend_continued,
        unit_costs.phase_variance_share,
        unit_costs.common_cost_share,
        {{ safe_divide(
            'unit_costs.common_phase_unit_count', 'phase_windows.day_count'
        ) }} as units_per_day,
        first_breaks.check_id,
        first_breaks.observed_value as check_value,
        first_breaks.serious_threshold as check_limit,
        least(own_prices.priced_share, baseline_prices.priced_share) as priced_share,
        -- Cheaper units are a saving if there were not more of them for the same need:
        -- if the units of a session did not clearly become more, or a session got
        -- cheaper, too; where no sessions are logged, those of a day, or, for tasks, if
        -- a call got cheaper, too.
        case
            when pivoted.session_growth_high is not null
                then
                    pivoted.session_growth_high < 0
                    or pivoted.units_per_session_growth_low <= 0
            when pivoted.units_per_day_growth_low <= 0 then true
            when unit_kinds.has_tasks then pivoted.api_call_growth_high < 0
            else pivoted.day_growth_high < 0
        end as is_saving_borne_out,
        coalesce(pivoted.session_growth, pivoted.day_growth) > 0
        or (
            unit_kinds.has_tasks and pivoted.api_call_growth > 0
        ) as is_rise_borne_out
    from phase_windows
    left join unit_costs
        on
            phase_windows.phase_id = unit_costs.phase_id
            and unit_costs.driver = 'unit'
    left join unit_kinds on phase_windows.phase_id = unit_kinds.phase_id
    left join pivoted on phase_windows.phase_id = pivoted.phase_id
    left join first_breaks on phase_windows.phase_id = first_breaks.phase_id
    left join priced_windows as own_prices
        on phase_windows.phase_id = own_prices.phase_id
    left join priced_windows as baseline_prices
        on phase_windows.baseline_phase_id = baseline_prices.phase_id
    where
        not phase_windows.is_baseline
        and phase_windows.baseline_phase_id is not null

),

judged as (

    select
        gathered.*,
        case
            when gathered.check_id is not null then 'instrument'
            when
                gathered.priced_share is null
                or gathered.unit_of_work is null
                then 'cost_unknown'
            when gathered.priced_share < {{ var('minimum_priced_share') }}
                then 'prices_unknown'
            when gathered.baseline_value = 0 then 'baseline_zero'
            when
                coalesce(gathered.common_cost_share, 0)
                < {{ var('minimum_common_cost_share') }}
                then 'mix_not_comparable'
            when gathered.growth_low is null then 'too_little_data'
            when gathered.own_growth_low <= 0 and gathered.own_growth_high >= 0
                then 'chance'
            when gathered.is_trend_continued then 'trend_continued'
            when
                gathered.is_only_against_baseline
                or (gathered.growth_low <= 0 and gathered.growth_high >= 0)
                then 'baseline_unusual'
            when
                not coalesce(
                    case
                        when gathered.growth < 0 then gathered.is_saving_borne_out
                        else gathered.is_rise_borne_out
                    end,
                    false
                )
                then 'drivers_disagree'
        end as reason_code,
        exp(gathered.growth) - 1 as change_ratio,
        exp(gathered.growth_low) - 1 as change_ratio_low,
        exp(gathered.growth_high) - 1 as change_ratio_high
    from gathered

),

final as (

    select
        judged.phase_id,
        judged.baseline_phase_id,
        judged.unit_of_work,
        case
            when judged.reason_code in ('chance', 'trend_continued')
                then 'no_clear_change'
            when judged.reason_code is not null then 'cannot_be_told'
            when judged.growth < 0 then 'cheaper'
            else 'dearer'
        end as answer,
        judged.reason_code is null as is_established,
        judged.baseline_value,
        judged.phase_value,
        {%- for end in ['', '_low', '_high'] %}
            judged.change_ratio{{ end }},
            judged.change_ratio{{ end }} * judged.baseline_value * judged.units_per_day
                as usd_per_day_change{{ end }},
        {%- endfor %}
        judged.interval_basis,
        judged.placebo_pair_count,
        judged.placebo_as_large_count,
        judged.reason_code,
        judged.check_id as reason_metric_id,
        case judged.reason_code
            when 'instrument' then judged.check_value
            when 'prices_unknown' then judged.priced_share
            when 'mix_not_comparable' then judged.common_cost_share
            when 'baseline_unusual' then exp(judged.baseline_excess) - 1
        end as reason_value,
        case judged.reason_code
            when 'instrument' then judged.check_limit
            when 'prices_unknown' then {{ var('minimum_priced_share') }}
            when 'mix_not_comparable' then {{ var('minimum_common_cost_share') }}
        end as reason_limit,
        case
            when judged.reason_code = 'chance' and judged.growth <> 0
                then {{ days_needed(
                    '((judged.own_growth_high - judged.own_growth_low) / 2 * '
                    ~ ((normal_quantile() + 0.8416212335729143) / normal_quantile())
                    ~ ')',
                    'abs(judged.growth)',
                    'judged.phase_variance_share',
                    'judged.active_day_count',
                ) }}
        end as days_needed
    from judged

)

select * from final
