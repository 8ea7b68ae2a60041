-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What a unit of work costs against the baseline, and whether that is settled. The
-- first of these that holds says why it is not (docs/method.md, rules 1 to 10):
--   instrument          a serious hygiene check, of those the figure does not allow for
--   cost_unknown        one of the two windows has no unit of work, or no cost at all
--   prices_unknown      too little of the calls, of the cost or of the tokens is priced
--   baseline_zero       the baseline cost nothing: there is nothing to be cheaper than
--   mix_not_comparable  too much of the cost lies in work that only one window has
--   too_little_data     there is no interval
--   chance              the interval includes zero
--   trend_continued     the change only goes on with the trend before it
--   not_billed          what was billed does not show the change in tokens
--   drivers_disagree    other ways to count the work do not bear the change out

with unit_costs as (

    select * from {{ ref('int_unit_costs') }}
    where driver = 'unit'

),

gates as (

    select * from {{ ref('int_unit_cost_gates') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

intervals as (

    select * from {{ ref('proof_intervals') }}
    where metric_id in ('cost_per_task', 'cost_per_api_call')

),

gathered as (

    select
        gates.*,
        phase_windows.active_day_count,
        unit_costs.baseline_value,
        unit_costs.phase_value,
        unit_costs.growth,
        unit_costs.growth_low,
        unit_costs.growth_high,
        unit_costs.interval_basis,
        unit_costs.phase_variance_share,
        unit_costs.common_cost_share,
        {{ safe_divide(
            'unit_costs.common_phase_unit_count', 'phase_windows.day_count'
        ) }} as units_per_day
    from gates
    inner join phase_windows on gates.phase_id = phase_windows.phase_id
    left join unit_costs on gates.phase_id = unit_costs.phase_id

),

held_against_history as (

    -- Where the same change slid over earlier days, with nothing done, moved the plain
    -- cost of a unit by more than the resampled interval, that holds.
    select
        gathered.*,
        intervals.placebo_pair_count,
        intervals.placebo_as_large_count,
        intervals.is_trend_continued,
        {%- for end, smaller in [('low', 'least'), ('high', 'greatest')] %}
            {{ smaller }}(
                gathered.growth_{{ end }},
                case
                    when
                        intervals.interval_basis = 'placebo'
                        and intervals.change_ratio_low > -1
                        and intervals.change_ratio > -1
                        then
                            gathered.growth
                            + ln(1 + intervals.change_ratio_{{ end }})
                            - ln(1 + intervals.change_ratio)
                    else gathered.growth_{{ end }}
                end
            ) as wide_growth_{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from gathered
    left join intervals
        on
            gathered.phase_id = intervals.phase_id
            and intervals.metric_id = 'cost_per_' || gathered.unit_of_work

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
            when gathered.wide_growth_low is null then 'too_little_data'
            when gathered.wide_growth_low <= 0 and gathered.wide_growth_high >= 0
                then 'chance'
            when gathered.is_trend_continued then 'trend_continued'
            when
                gathered.growth < 0
                and gathered.lost_unit_growth > gathered.growth / 2
                then 'mix_not_comparable'
            when gathered.unbilled_ratio > gathered.unbilled_limit then 'not_billed'
            when not gathered.is_borne_out then 'drivers_disagree'
        end as reason_code,
        exp(gathered.growth) - 1 as change_ratio,
        exp(gathered.wide_growth_low) - 1 as change_ratio_low,
        exp(gathered.wide_growth_high) - 1 as change_ratio_high
    from held_against_history as gathered

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
        case
            when
                judged.wide_growth_low < judged.growth_low
                or judged.wide_growth_high > judged.growth_high
                then 'placebo'
            else judged.interval_basis
        end as interval_basis,
        judged.placebo_pair_count,
        judged.placebo_as_large_count,
        judged.reason_code,
        case
            when judged.reason_code = 'not_billed' then 'billed_list_ratio'
            else judged.check_id
        end as reason_metric_id,
        case judged.reason_code
            when 'instrument' then judged.check_value
            when 'not_billed' then judged.unbilled_ratio
            when 'prices_unknown' then judged.priced_share
            when 'mix_not_comparable' then judged.common_cost_share
        end as reason_value,
        case judged.reason_code
            when 'instrument' then judged.check_limit
            when 'not_billed' then judged.unbilled_limit
            when 'prices_unknown' then {{ var('minimum_priced_share') }}
            when 'mix_not_comparable' then {{ var('minimum_common_cost_share') }}
        end as reason_limit,
        case
            when judged.reason_code = 'chance' and judged.growth <> 0
                then {{ days_needed(
                    '((judged.wide_growth_high - judged.wide_growth_low) / 2 * '
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
