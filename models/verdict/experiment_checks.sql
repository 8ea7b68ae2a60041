-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Are the two sides of an experiment alike but for the change, and did quality hold?
--   balance  each check of the experiment_thresholds seed that the design has
--   quality  non-inferiority, as between phases: the interval of the change, turned so
--            that above zero is worse, held against the margin (seed quality_margins).
--            Of labels, by the variance of a ratio over what was assigned and over
--            days, the wider of the two; of a schedule, by the sign-flip test of its
--            pairs. A share that never varied is opened by the rule of three.
{% set rates = {
    'error_rate': ['error_count', 'judged_call_count'],
    'task_completion_rate': ['completed_unit_count', 'judged_unit_count'],
    'quality_score_avg': ['quality_score_sum', 'quality_score_count'],
} %}

with readings as (

    select * from {{ ref('int_experiment_balance') }}

),

thresholds as (

    select * from {{ ref('experiment_thresholds') }}

),

quality_margins as (

    select * from {{ ref('quality_margins') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

margins as (

    select
        quality_margins.*,
        metric_definitions.metric_name,
        metric_definitions.unit,
        metric_definitions.direction
    from quality_margins
    inner join metric_definitions
        on quality_margins.metric_id = metric_definitions.metric_id
    where
        quality_margins.margin_kind = 'absolute'
        and quality_margins.metric_id in (
            'error_rate', 'task_completion_rate', 'quality_score_avg'
        )

),

flips as (

    select * from {{ ref('int_experiment_flips') }}

),

units as (

    select * from {{ ref('int_units') }}
    where is_experiment

),

resampled_sums as (

    {% for basis, cluster in {
        'assigned': 'units.cluster_id', 'day': 'units.requested_date'
    }.items() %}
        {%- for metric, (part, whole) in rates.items() %}
            select
                units.phase_id as comparison_id,
                '{{ metric }}' as metric_id,
                '{{ basis }}' as basis,
                cast({{ cluster }} as {{ dbt.type_string() }}) as cluster_key,
                units.is_baseline_side,
                cast(sum(units.{{ part }}) as double) as part,
                cast(sum(units.{{ whole }}) as double) as whole
            from units
            group by all
            having sum(units.{{ whole }}) > 0
            {{ 'union all' if not loop.last }}
        {%- endfor %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

side_rates as (

    select
        resampled_sums.*,
        sum(resampled_sums.part) over side as side_part,
        sum(resampled_sums.whole) over side as side_whole,
        count(*) over side as side_cluster_count
    from resampled_sums
    window
        side as (
            partition by
                resampled_sums.comparison_id,
                resampled_sums.metric_id,
                resampled_sums.basis,
                resampled_sums.is_baseline_side
        )

),

-- What each cluster adds to the difference of the two rates; one of both sides, a day,
-- adds both at once, so that what its calls share cancels out.
cluster_parts as (

    select
        comparison_id,
        metric_id,
        basis,
        cluster_key,
        sum(
            case when is_baseline_side then -1 else 1 end
            * (part - side_part / side_whole * whole) / side_whole
        ) as difference_part,
        max(side_part / side_whole) filter (where is_baseline_side) as control_rate,
        max(side_part / side_whole) filter (where not is_baseline_side) as treated_rate,
        max(side_whole) filter (where not is_baseline_side) as treated_whole,
        max(side_cluster_count) filter (where is_baseline_side) as control_count,
        max(side_cluster_count) filter (where not is_baseline_side) as treated_count
    from side_rates
    group by comparison_id, metric_id, basis, cluster_key

),

rate_spreads as (

    select
        comparison_id,
        metric_id,
        basis,
        max(control_rate) as control_value,
        max(treated_rate) as treated_value,
        max(treated_whole) as treated_whole,
        least(max(control_count), max(treated_count)) as cluster_count,
        round(sqrt(sum(pow(difference_part, 2))), 12) as deviation
    from cluster_parts
    group by comparison_id, metric_id, basis

),

bounded_rates as (

    select
        rate_spreads.*,
        case
            when
                rate_spreads.cluster_count >= case rate_spreads.basis
                    when 'day' then {{ var('minimum_days') }}
                    else {{ var('minimum_clusters') }}
                end
                then rate_spreads.deviation
                    * sqrt(
                        rate_spreads.cluster_count / (rate_spreads.cluster_count - 1)
                    )
                    * {{ normal_quantile() }}
                    * {{ small_sample_factor('(rate_spreads.cluster_count - 1)') }}
        end as half_width
    from rate_spreads

),

rate_changes as (

    select
        comparison_id,
        metric_id,
        max(control_value) as control_value,
        max(treated_value) as treated_value,
        max(treated_whole) as treated_whole,
        max(treated_value) - max(control_value) as mean_change,
        case when count(half_width) = 2 then max(half_width) end as half_width
    from bounded_rates
    group by comparison_id, metric_id

),

measured_quality as (

    select
        readings.experiment_id,
        margins.*,
        rate_changes.control_value,
        rate_changes.treated_value,
        coalesce(flips.mean_change, rate_changes.mean_change) as observed_value,
        case
            when flips.measure_id is not null then flips.change_low
            else rate_changes.mean_change - rate_changes.half_width
        end as observed_low,
        case
            when flips.measure_id is not null then flips.change_high
            else rate_changes.mean_change + rate_changes.half_width
        end as observed_high,
        {{ safe_divide('3', 'rate_changes.treated_whole') }} as unseen_share
    from readings
    cross join margins
    left join rate_changes
        on
            readings.comparison_id = rate_changes.comparison_id
            and margins.metric_id = rate_changes.metric_id
    left join flips
        on
            readings.comparison_id = flips.comparison_id
            and margins.metric_id = flips.measure_id
    where readings.check_id = 'work_per_unit'

),

turned_quality as (

    select
        measured_quality.*,
        case measured_quality.direction
            when 'lower' then measured_quality.observed_low
            else -measured_quality.observed_high
        end as worsening_low,
        case measured_quality.direction
            when 'lower' then measured_quality.observed_high
            else -measured_quality.observed_low
        end + case
            when measured_quality.observed_low = measured_quality.observed_high
                then measured_quality.unseen_share
            else 0
        end as worsening_high
    from measured_quality

),

judged_readings as (

    select
        readings.*,
        thresholds.check_order,
        thresholds.check_name,
        thresholds.unit,
        thresholds.warning_threshold,
        thresholds.serious_threshold,
        case
            when readings.observed_value is null then 'not measurable'
            {%- for status in ['serious', 'warning'] %}
                when
                    (
                        thresholds.worse_is = 'above'
                        and readings.observed_value > thresholds.{{ status }}_threshold
                    )
                    or (
                        thresholds.worse_is = 'below'
                        and readings.observed_value < thresholds.{{ status }}_threshold
                    )
                    then '{{ status }}'
            {%- endfor %}
            else 'ok'
        end as status
    from readings
    inner join thresholds on readings.check_id = thresholds.check_id

),

final as (

    select
        experiment_id,
        check_id,
        'balance' as check_kind,
        check_order,
        check_name,
        unit,
        control_value,
        treated_value,
        observed_value,
        cast(null as double) as observed_low,
        cast(null as double) as observed_high,
        warning_threshold as warning_limit,
        serious_threshold as serious_limit,
        status
    from judged_readings
    union all
    select
        experiment_id,
        metric_id as check_id,
        'quality' as check_kind,
        100 + margin_order as check_order,
        metric_name as check_name,
        unit,
        control_value,
        treated_value,
        observed_value,
        worsening_low as observed_low,
        worsening_high as observed_high,
        null as warning_limit,
        margin as serious_limit,
        case
            when control_value is null and treated_value is null then 'not measurable'
            when worsening_high is null or worsening_low is null then 'not enough data'
            when worsening_high < margin then 'ok'
            when worsening_low > margin then 'serious'
            else 'inconclusive'
        end as status
    from turned_quality

)

select * from final
