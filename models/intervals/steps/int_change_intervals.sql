-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The interval of every change: the replicates' quantiles, moved away from the estimate
-- by Student's t over the normal quantile, with the degrees of freedom of Welch and
-- Satterthwaite, and by what int_interval_bases widens them; those of the percentage on
-- the logarithmic scale where the metric is above zero in every replicate. Below the
-- minimum of clusters or days there is no interval, for it would be too narrow.
--   is_trend_continued  a trend was there before, and beyond what it alone would have
--                       made of the metric there is no clear change to the same side

with measure_changes as (

    select * from {{ ref('int_measure_changes') }}

),

interval_bases as (

    select * from {{ ref('int_interval_bases') }}

),

metric_spreads as (

    select * from {{ ref('int_metric_spreads') }}

),

change_spreads as (

    select * from {{ ref('int_change_spreads') }}

),

paired_spreads as (

    select
        measure_changes.*,
        interval_bases.resampled_unit,
        interval_bases.interval_basis,
        interval_bases.widening,
        interval_bases.has_day_effects,
        interval_bases.has_enough_clusters,
        interval_bases.placebo_pair_count,
        interval_bases.placebo_as_large_count,
        interval_bases.trend_growth,
        interval_bases.is_trend_continued,
        coalesce(change_spreads.baseline_cluster_count, 0) as baseline_cluster_count,
        coalesce(change_spreads.phase_cluster_count, 0) as phase_cluster_count,
        coalesce(
            interval_bases.has_enough_clusters
            and coalesce(
                change_spreads.tail_count >= {{ var('minimum_tail_count') }}, true
            )
            and measure_changes.change_value is not null,
            false
        ) as is_enough,
        {%- for side in ['baseline', 'phase'] %}
            {{ side }}_spreads.low_quantile as {{ side }}_low_quantile,
            {{ side }}_spreads.high_quantile as {{ side }}_high_quantile,
            coalesce(
                {{ small_sample_factor('(' ~ side ~ '_spreads.cluster_count - 1)') }}, 1
            ) as {{ side }}_factor,
        {%- endfor %}
        coalesce(change_spreads.replicate_count, 0) as replicate_count,
        {%- for column in ['change_value', 'change_ratio', 'growth'] %}
            change_spreads.{{ column }}_low_quantile,
            change_spreads.{{ column }}_high_quantile,
        {%- endfor %}
        change_spreads.replicate_count = change_spreads.ratio_count as has_ratios,
        change_spreads.replicate_count = change_spreads.growth_count as has_growth,
        coalesce(
            {{ small_sample_factor('change_spreads.degrees_of_freedom') }}, 1
        ) * coalesce(interval_bases.widening, 1) as change_factor
    from measure_changes
    left join interval_bases
        on
            measure_changes.phase_id = interval_bases.phase_id
            and measure_changes.metric_id = interval_bases.metric_id
    left join metric_spreads as baseline_spreads
        on
            measure_changes.baseline_phase_id = baseline_spreads.phase_id
            and measure_changes.metric_id = baseline_spreads.metric_id
            and interval_bases.resampled_unit = baseline_spreads.resampled_unit
    left join metric_spreads as phase_spreads
        on
            measure_changes.phase_id = phase_spreads.phase_id
            and measure_changes.metric_id = phase_spreads.metric_id
            and interval_bases.resampled_unit = phase_spreads.resampled_unit
    left join change_spreads
        on
            measure_changes.phase_id = change_spreads.phase_id
            and measure_changes.metric_id = change_spreads.metric_id
            and interval_bases.resampled_unit = change_spreads.resampled_unit

),

bounded as (

    select
        paired_spreads.*,
        {%- for side in ['baseline', 'phase'] %}
        {%- for end in ['low', 'high'] %}
        case
            when paired_spreads.is_enough
                then {{ value_within_unit(
                    interval_bound(
                        'paired_spreads.' ~ side ~ '_value',
                        'paired_spreads.' ~ side ~ '_' ~ end ~ '_quantile',
                        'paired_spreads.' ~ side ~ '_factor',
                    ),
                    'paired_spreads.unit',
                ) }}
        end as {{ side }}_value_{{ end }},
        {%- endfor %}
        {%- endfor %}
        {%- for end in ['low', 'high'] %}
        case
            when paired_spreads.is_enough
                then {{ interval_bound(
                    'paired_spreads.change_value',
                    'paired_spreads.change_value_' ~ end ~ '_quantile',
                    'paired_spreads.change_factor',
                ) }}
        end as change_value_{{ end }},
        case
            when not paired_spreads.is_enough or paired_spreads.change_ratio is null
                then null
            when paired_spreads.has_growth
                then
                    exp({{ interval_bound(
                        'ln(1 + paired_spreads.change_ratio)',
                        'paired_spreads.growth_' ~ end ~ '_quantile',
                        'paired_spreads.change_factor',
                    ) }}) - 1
            when paired_spreads.has_ratios
                then {{ interval_bound(
                    'paired_spreads.change_ratio',
                    'paired_spreads.change_ratio_' ~ end ~ '_quantile',
                    'paired_spreads.change_factor',
                ) }}
        end as change_ratio_{{ end }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from paired_spreads

),

final as (

    select
        bounded.phase_id,
        bounded.metric_id,
        bounded.resampled_unit,
        bounded.baseline_value_low,
        bounded.baseline_value_high,
        bounded.phase_value_low,
        bounded.phase_value_high,
        bounded.change_value_low,
        bounded.change_value_high,
        case
            when bounded.change_ratio_low < -1 then -1 else bounded.change_ratio_low
        end as change_ratio_low,
        bounded.change_ratio_high,
        bounded.baseline_cluster_count,
        bounded.phase_cluster_count,
        bounded.replicate_count,
        bounded.interval_basis,
        coalesce(bounded.placebo_pair_count, 0) as placebo_pair_count,
        coalesce(bounded.placebo_as_large_count, 0) as placebo_as_large_count,
        exp(bounded.trend_growth) - 1 as trend_change_ratio,
        coalesce(bounded.is_trend_continued, false) as is_trend_continued,
        bounded.has_day_effects,
        bounded.has_enough_clusters,
        bounded.is_enough
    from bounded

)

select * from final
