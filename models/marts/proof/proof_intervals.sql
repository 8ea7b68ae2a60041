-- The change of every metric against the baseline with its interval, and what may be said of
-- it. The bounds are the replicates' quantiles, moved away from the estimate by Student's t
-- over the normal quantile, with the degrees of freedom of Welch and Satterthwaite; those of
-- the percentage on the logarithmic scale where the metric is above zero in every replicate.
-- 'improved', 'regressed' and 'changed' ask that no interval of the change has a zero in it.
-- Below the minimum of clusters there is no interval, for it would be too narrow.
{% set minimum_counts = {
    'cluster': var('minimum_clusters'), 'day': var('minimum_days')
} %}

with phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

metric_spreads as (

    select * from {{ ref('int_metric_spreads') }}

),

change_spreads as (

    select * from {{ ref('int_change_spreads') }}

),

judged_spreads as (

    select
        metric_spreads.phase_id,
        metric_spreads.metric_id,
        metric_spreads.resampled_unit,
        metric_spreads.cluster_count,
        metric_spreads.low_quantile,
        metric_spreads.high_quantile,
        metric_spreads.replicate_variance,
        coalesce(
            {{ small_sample_factor('(metric_spreads.cluster_count - 1)') }}, 1
        ) as factor,
        case metric_spreads.resampled_unit
            {%- for unit, minimum in minimum_counts.items() %}
            when '{{ unit }}' then metric_spreads.cluster_count >= {{ minimum }}
            {%- endfor %}
        end as has_enough_clusters,
        coalesce(metric_spreads.tail_count >= {{ var('minimum_tail_count') }}, true)
            as has_enough_tail
    from metric_spreads

),

paired_spreads as (

    select
        phase_comparison.baseline_phase_id,
        phase_comparison.phase_id,
        phase_comparison.metric_id,
        phase_comparison.unit,
        phase_comparison.direction,
        phase_comparison.baseline_value,
        phase_comparison.phase_value,
        phase_comparison.change_value,
        phase_comparison.change_ratio,
        phase_comparison.missing_reason,
        phase_spreads.resampled_unit,
        coalesce(baseline_spreads.cluster_count, 0) as baseline_cluster_count,
        coalesce(phase_spreads.cluster_count, 0) as phase_cluster_count,
        baseline_spreads.low_quantile as baseline_low_quantile,
        baseline_spreads.high_quantile as baseline_high_quantile,
        baseline_spreads.factor as baseline_factor,
        phase_spreads.low_quantile as phase_low_quantile,
        phase_spreads.high_quantile as phase_high_quantile,
        phase_spreads.factor as phase_factor,
        baseline_spreads.has_enough_clusters
        and baseline_spreads.has_enough_tail as is_baseline_enough,
        phase_spreads.has_enough_clusters
        and phase_spreads.has_enough_tail as is_phase_enough,
        {{ safe_divide(
            'pow(baseline_spreads.replicate_variance + phase_spreads.replicate_variance, 2)',
            '(
                pow(baseline_spreads.replicate_variance, 2)
                / nullif(baseline_spreads.cluster_count - 1, 0)
                + pow(phase_spreads.replicate_variance, 2)
                / nullif(phase_spreads.cluster_count - 1, 0)
            )'
        ) }} as degrees_of_freedom
    from phase_comparison
    left join judged_spreads as baseline_spreads
        on
            phase_comparison.baseline_phase_id = baseline_spreads.phase_id
            and phase_comparison.metric_id = baseline_spreads.metric_id
    left join judged_spreads as phase_spreads
        on
            phase_comparison.phase_id = phase_spreads.phase_id
            and phase_comparison.metric_id = phase_spreads.metric_id

),

scaled_spreads as (

    select
        paired_spreads.*,
        coalesce(change_spreads.replicate_count, 0) as replicate_count,
        change_spreads.change_value_low_quantile,
        change_spreads.change_value_high_quantile,
        change_spreads.change_ratio_low_quantile,
        change_spreads.change_ratio_high_quantile,
        change_spreads.growth_low_quantile,
        change_spreads.growth_high_quantile,
        change_spreads.replicate_count = change_spreads.ratio_count as has_ratios,
        change_spreads.replicate_count = change_spreads.growth_count as has_growth,
        coalesce(
            {{ small_sample_factor('paired_spreads.degrees_of_freedom') }}, 1
        ) as factor,
        coalesce(
            paired_spreads.change_value is not null
            and paired_spreads.is_baseline_enough
            and paired_spreads.is_phase_enough,
            false
        ) as is_enough
    from paired_spreads
    left join change_spreads
        on
            paired_spreads.phase_id = change_spreads.phase_id
            and paired_spreads.metric_id = change_spreads.metric_id

),

bounded as (

    select
        scaled_spreads.*,
        {%- for side in ['baseline', 'phase'] %}
        {%- for end in ['low', 'high'] %}
        case
            when scaled_spreads.is_{{ side }}_enough
                then {{ value_within_unit(
                    interval_bound(
                        'scaled_spreads.' ~ side ~ '_value',
                        'scaled_spreads.' ~ side ~ '_' ~ end ~ '_quantile',
                        'scaled_spreads.' ~ side ~ '_factor',
                    ),
                    'scaled_spreads.unit',
                ) }}
        end as {{ side }}_value_{{ end }},
        {%- endfor %}
        {%- endfor %}
        {%- for end in ['low', 'high'] %}
        case
            when scaled_spreads.is_enough
                then {{ interval_bound(
                    'scaled_spreads.change_value',
                    'scaled_spreads.change_value_' ~ end ~ '_quantile',
                    'scaled_spreads.factor',
                ) }}
        end as change_value_{{ end }},
        case
            when not scaled_spreads.is_enough or scaled_spreads.change_ratio is null
                then null
            when scaled_spreads.has_growth
                then
                    exp({{ interval_bound(
                        'ln(1 + scaled_spreads.change_ratio)',
                        'scaled_spreads.growth_' ~ end ~ '_quantile',
                        'scaled_spreads.factor',
                    ) }}) - 1
            when scaled_spreads.has_ratios
                then
                    greatest(-1, {{ interval_bound(
                        'scaled_spreads.change_ratio',
                        'scaled_spreads.change_ratio_' ~ end ~ '_quantile',
                        'scaled_spreads.factor',
                    ) }})
        end as change_ratio_{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from scaled_spreads

),

judged as (

    select
        bounded.*,
        case
            when not bounded.is_enough or bounded.change_value_low is null
                then 'not enough data'
            when
                (bounded.change_value_low <= 0 and bounded.change_value_high >= 0)
                or coalesce(
                    bounded.change_ratio_low <= 0 and bounded.change_ratio_high >= 0,
                    false
                )
                then 'no clear change'
            when bounded.direction = 'neutral' then 'changed'
            when (bounded.direction = 'lower') = (bounded.change_value < 0)
                then 'improved'
            else 'regressed'
        end as verdict
    from bounded

),

final as (

    select
        judged.baseline_phase_id,
        judged.phase_id,
        judged.metric_id,
        judged.unit,
        judged.direction,
        judged.resampled_unit,
        judged.baseline_value,
        judged.baseline_value_low,
        judged.baseline_value_high,
        judged.phase_value,
        judged.phase_value_low,
        judged.phase_value_high,
        judged.change_value,
        judged.change_value_low,
        judged.change_value_high,
        judged.change_ratio,
        judged.change_ratio_low,
        judged.change_ratio_high,
        judged.baseline_cluster_count,
        judged.phase_cluster_count,
        judged.replicate_count,
        judged.verdict,
        {{ verdict_reason('judged', minimum_counts) }} as verdict_reason
    from judged

)

select * from final
