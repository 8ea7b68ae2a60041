-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- How far the two days of each scheduled pair of a switchback are apart. A pair without
-- work on one of its days has no difference.
--   unit_cost      ln(cost per unit of work on the day on / off), at the baseline's
--                  prices and the mix of both days; a pair weighs as many units it has
--   day_cost, units_per_day  ln(cost, units of work); a pair is a pair
--   the others     difference of a rate; a pair weighs as many calls or tasks it has
--   common_cost_share  the lesser part of a day's cost that lies in kinds of work that
--                  both days have
{% set summed = [
    'unit_count', 'cost_usd', 'error_count', 'judged_call_count',
    'completed_unit_count', 'judged_unit_count', 'quality_score_sum', 'quality_score_count',
] %}
{% set rates = {
    'error_rate': ['error_count', 'judged_call_count'],
    'task_completion_rate': ['completed_unit_count', 'judged_unit_count'],
    'quality_score_avg': ['quality_score_sum', 'quality_score_count'],
} %}
{% set logarithms = {'day_cost': 'cost_usd', 'units_per_day': 'unit_count'} %}

with units as (

    select * from {{ ref('int_units') }}
    where is_experiment

),

experiment_days as (

    select * from {{ ref('experiment_days') }}

),

pairs as (

    select
        experiment_days.experiment_id,
        experiment_days.pair_number,
        max(experiment_days.experiment_date) filter (
            where not experiment_days.is_treated
        ) as control_date,
        max(experiment_days.experiment_date) filter (
            where experiment_days.is_treated
        ) as treated_date,
        {{ surrogate_key(["'experiment'", 'experiment_days.experiment_id', 1]) }}
            as comparison_id
    from experiment_days
    group by experiment_days.experiment_id, experiment_days.pair_number
    having
        count(*) = 2
        and count(*) filter (where experiment_days.is_treated) = 1

),

strata as (

    select
        pairs.comparison_id,
        pairs.pair_number,
        units.stratum,
        {%- for side in ['control', 'treated'] %}
            {%- for column in summed %}
                cast(sum(units.{{ column }}) filter (
                    where units.requested_date = pairs.{{ side }}_date
                ) as double) as {{ side }}_{{ column }},
            {%- endfor %}
        {%- endfor %}
        coalesce(control_unit_count > 0 and treated_unit_count > 0, false) as is_common
    from pairs
    inner join units
        on
            pairs.comparison_id = units.phase_id
            and units.requested_date in (pairs.control_date, pairs.treated_date)
    group by pairs.comparison_id, pairs.pair_number, units.stratum

),

summed_pairs as (

    select
        strata.comparison_id,
        strata.pair_number,
        sum(strata.control_unit_count + strata.treated_unit_count) filter (
            where strata.is_common
        ) as common_unit_count,
        {%- for side in ['control', 'treated'] %}
            {{ sum_in_order(
                '(strata.control_unit_count + strata.treated_unit_count)'
                ~ ' * strata.' ~ side ~ '_cost_usd / strata.' ~ side ~ '_unit_count',
                ['strata.stratum'],
                'strata.is_common',
            ) }} as {{ side }}_standard_usd,
            {{ sum_in_order(
                'strata.' ~ side ~ '_cost_usd', ['strata.stratum'], 'strata.is_common'
            ) }} as {{ side }}_common_usd,
            {%- for column in summed %}
                {{ sum_in_order('strata.' ~ side ~ '_' ~ column, ['strata.stratum']) }}
                    as {{ side }}_{{ column }},
            {%- endfor %}
        {%- endfor %}
        count(*) as stratum_count
    from strata
    group by strata.comparison_id, strata.pair_number

),

differences as (

    select
        comparison_id,
        pair_number,
        'unit_cost' as measure_id,
        common_unit_count as weight,
        ln(nullif(greatest(treated_standard_usd, 0), 0))
        - ln(nullif(greatest(control_standard_usd, 0), 0)) as difference,
        {{ safe_divide('control_standard_usd', 'common_unit_count') }}
            as control_value,
        {{ safe_divide('treated_standard_usd', 'common_unit_count') }}
            as treated_value
    from summed_pairs
    {%- for measure, column in logarithms.items() %}
        union all
        select
            comparison_id,
            pair_number,
            '{{ measure }}' as measure_id,
            1 as weight,
            ln(nullif(greatest(treated_{{ column }}, 0), 0))
            - ln(nullif(greatest(control_{{ column }}, 0), 0)) as difference,
            control_{{ column }} as control_value,
            treated_{{ column }} as treated_value
        from summed_pairs
    {%- endfor %}
    {%- for measure, (part, whole) in rates.items() %}
        union all
        select
            comparison_id,
            pair_number,
            '{{ measure }}' as measure_id,
            control_{{ whole }} + treated_{{ whole }} as weight,
            {{ safe_divide('treated_' ~ part, 'treated_' ~ whole) }}
            - {{ safe_divide('control_' ~ part, 'control_' ~ whole) }} as difference,
            {{ safe_divide('control_' ~ part, 'control_' ~ whole) }} as control_value,
            {{ safe_divide('treated_' ~ part, 'treated_' ~ whole) }} as treated_value
        from summed_pairs
    {%- endfor %}

),

measures as (

    select distinct differences.measure_id
    from differences

),

final as (

    select
        pairs.experiment_id,
        pairs.comparison_id,
        pairs.pair_number,
        measures.measure_id,
        pairs.control_date,
        pairs.treated_date,
        differences.control_value,
        differences.treated_value,
        case when differences.weight > 0 then differences.difference end as difference,
        differences.weight,
        summed_pairs.common_unit_count,
        least(
            {{ safe_divide(
                'summed_pairs.control_common_usd', 'summed_pairs.control_cost_usd'
            ) }},
            {{ safe_divide(
                'summed_pairs.treated_common_usd', 'summed_pairs.treated_cost_usd'
            ) }}
        ) as common_cost_share
    from pairs
    cross join measures
    left join summed_pairs
        on
            pairs.comparison_id = summed_pairs.comparison_id
            and pairs.pair_number = summed_pairs.pair_number
    left join differences
        on
            pairs.comparison_id = differences.comparison_id
            and pairs.pair_number = differences.pair_number
            and measures.measure_id = differences.measure_id

)

select * from final
