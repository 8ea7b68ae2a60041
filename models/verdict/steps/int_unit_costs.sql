-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Each driver's change with its interval: quantiles of the logarithm of phase over
-- baseline, moved away from the estimate by Student's t over the normal quantile
-- (Welch and Satterthwaite). Resampled by session and by day: the wider of the two
-- holds. Without enough days there is none. Logarithms are cut to 12 digits, so that
-- binary noise is no change.
{% set levels = interval_levels() %}

with replicates as (

    select * from {{ ref('int_unit_replicates') }}

),

units as (

    select * from {{ ref('int_units') }}

),

logged_replicates as (

    select
        replicates.*,
        case
            when replicates.baseline_value > 0 and replicates.phase_value > 0
                then round(
                    ln(replicates.phase_value) - ln(replicates.baseline_value), 12
                )
        end as growth,
        ln(nullif(greatest(replicates.baseline_value, 0), 0)) as baseline_log,
        ln(nullif(greatest(replicates.phase_value, 0), 0)) as phase_log
    from replicates

),

counted_clusters as (

    {% for resampled_unit, cluster in {
        'cluster': 'cluster_id', 'day': 'requested_date'
    }.items() %}
        select
            units.phase_id,
            '{{ resampled_unit }}' as resampled_unit,
            {%- for side, condition in {
                'baseline': 'units.is_baseline_side',
                'phase': 'not units.is_baseline_side',
            }.items() %}
                count(distinct units.{{ cluster }}) filter (
                    where {{ condition }}
                ) as {{ side }}_cluster_count
                {{- ',' if not loop.last }}
            {%- endfor %}
        from units
        group by units.phase_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

spread_replicates as (

    select
        logged_replicates.phase_id,
        logged_replicates.driver,
        logged_replicates.resampled_unit,
        {{ exact_percentile(
            'logged_replicates.growth',
            levels['low'],
            'logged_replicates.replicate_number >= 0',
        ) }} as low_quantile,
        {{ exact_percentile(
            'logged_replicates.growth',
            levels['high'],
            'logged_replicates.replicate_number >= 0',
        ) }} as high_quantile,
        {%- for side in ['baseline', 'phase'] %}
            round(
                {{ variance_in_order(
                    'logged_replicates.' ~ side ~ '_log',
                    ['logged_replicates.replicate_number'],
                ) }} filter (where logged_replicates.replicate_number >= 0), 15
            ) as {{ side }}_variance
            {{- ',' if not loop.last }}
        {%- endfor %}
    from logged_replicates
    group by all

),

measured_spreads as (

    select
        logged_replicates.*,
        spread_replicates.low_quantile,
        spread_replicates.high_quantile,
        spread_replicates.baseline_variance,
        spread_replicates.phase_variance,
        {{ safe_divide(
            'pow(
                spread_replicates.baseline_variance + spread_replicates.phase_variance,
                2
            )',
            'pow(spread_replicates.baseline_variance, 2)
            / nullif(counted_clusters.baseline_cluster_count - 1, 0)
            + pow(spread_replicates.phase_variance, 2)
            / nullif(counted_clusters.phase_cluster_count - 1, 0)',
        ) }} as degrees_of_freedom,
        least(
            counted_clusters.baseline_cluster_count,
            counted_clusters.phase_cluster_count
        ) >= case
            when logged_replicates.resampled_unit = 'day' then {{ var('minimum_days') }}
            else {{ var('minimum_clusters') }}
        end as has_enough_clusters
    from logged_replicates
    inner join spread_replicates
        on
            logged_replicates.phase_id = spread_replicates.phase_id
            and logged_replicates.driver = spread_replicates.driver
            and logged_replicates.resampled_unit = spread_replicates.resampled_unit
    inner join counted_clusters
        on
            logged_replicates.phase_id = counted_clusters.phase_id
            and logged_replicates.resampled_unit = counted_clusters.resampled_unit
    where logged_replicates.replicate_number = -1

),

bounded as (

    select
        measured_spreads.*,
        {%- for end in levels %}
            case
                when measured_spreads.has_enough_clusters
                    then {{ interval_bound(
                        'measured_spreads.growth',
                        'measured_spreads.' ~ end ~ '_quantile',
                        'coalesce(' ~ small_sample_factor(
                            'measured_spreads.degrees_of_freedom'
                        ) ~ ', 1)',
                    ) }}
            end as growth_{{ end }},
        {%- endfor %}
        {{ safe_divide(
            'measured_spreads.phase_variance',
            'measured_spreads.baseline_variance + measured_spreads.phase_variance',
        ) }} as phase_variance_share
    from measured_spreads

),

ranked as (

    select
        bounded.*,
        row_number() over (
            partition by bounded.phase_id, bounded.driver
            order by
                bounded.growth_high - bounded.growth_low desc nulls last,
                bounded.resampled_unit desc
        ) as width_rank,
        coalesce(
            bool_and(bounded.has_enough_clusters) filter (
                where bounded.resampled_unit = 'day'
            ) over (partition by bounded.phase_id, bounded.driver),
            false
        ) as has_enough_days
    from bounded

),

final as (

    select
        ranked.phase_id,
        ranked.driver,
        ranked.baseline_value,
        ranked.phase_value,
        ranked.growth,
        case when ranked.has_enough_days then ranked.growth_low end as growth_low,
        case when ranked.has_enough_days then ranked.growth_high end as growth_high,
        case
            when not ranked.has_enough_days or ranked.growth_low is null then null
            when ranked.resampled_unit = 'day' then 'days'
            else 'sessions'
        end as interval_basis,
        ranked.phase_variance_share,
        ranked.common_cost_share,
        ranked.common_phase_unit_count
    from ranked
    where ranked.width_rank = 1

)

select * from final
