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
--   baseline_unusual    it holds against the baseline, but not against the days before
--                       it, from which the baseline was far off
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

gathered as (

    select
        gates.*,
        phase_windows.active_day_count,
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
        ) }} as units_per_day
    from gates
    inner join phase_windows on gates.phase_id = phase_windows.phase_id
    left join unit_costs on gates.phase_id = unit_costs.phase_id

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
                gathered.growth < 0
                and gathered.lost_unit_growth > gathered.growth / 2
                then 'mix_not_comparable'
            when gathered.unbilled_ratio > gathered.unbilled_limit then 'not_billed'
            when not gathered.is_borne_out then 'drivers_disagree'
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
        case
            when judged.reason_code = 'not_billed' then 'billed_list_ratio'
            else judged.check_id
        end as reason_metric_id,
        case judged.reason_code
            when 'instrument' then judged.check_value
            when 'not_billed' then judged.unbilled_ratio
            when 'prices_unknown' then judged.priced_share
            when 'mix_not_comparable' then judged.common_cost_share
            when 'baseline_unusual' then exp(judged.baseline_excess) - 1
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
