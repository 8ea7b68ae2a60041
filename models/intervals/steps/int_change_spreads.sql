-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- How far the change of each metric against the baseline varies between replicates.
-- Growth = the logarithm of phase / baseline, for metrics above zero in every
-- replicate. A cluster of both windows counts equally often in both, so that the
-- variance of a change is that of the difference, not the sum of two variances.
{% set levels = interval_levels() %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metric_spreads as (

    select * from {{ ref('int_metric_spreads') }}

),

replicate_metrics as (

    select * from {{ ref('int_replicate_metrics') }}

),

paired_replicates as (

    select
        phase_windows.phase_id,
        phase_replicates.metric_id,
        phase_replicates.resampled_unit,
        phase_replicates.replicate_number,
        phase_replicates.metric_value - baseline_replicates.metric_value
            as change_value,
        {{ safe_divide(
            'phase_replicates.metric_value - baseline_replicates.metric_value',
            'baseline_replicates.metric_value'
        ) }} as change_ratio,
        case
            when
                phase_replicates.metric_value > 0
                and baseline_replicates.metric_value > 0
                then
                    ln(phase_replicates.metric_value)
                    - ln(baseline_replicates.metric_value)
        end as growth
    from phase_windows
    inner join replicate_metrics as phase_replicates
        on phase_windows.phase_id = phase_replicates.phase_id
    inner join replicate_metrics as baseline_replicates
        on
            phase_windows.baseline_phase_id = baseline_replicates.phase_id
            and phase_replicates.metric_id = baseline_replicates.metric_id
            and phase_replicates.resampled_unit = baseline_replicates.resampled_unit
            and phase_replicates.replicate_number
            = baseline_replicates.replicate_number
    where not phase_windows.is_baseline

),

spread_changes as (

    select
        paired_replicates.phase_id,
        paired_replicates.metric_id,
        paired_replicates.resampled_unit,
        count(*) as replicate_count,
        count(paired_replicates.change_ratio) as ratio_count,
        count(paired_replicates.growth) as growth_count,
        {%- for column in ['change_value', 'growth'] %}
        {{ variance_in_order(
            'paired_replicates.' ~ column, ['paired_replicates.replicate_number']
        ) }} as {{ column.removesuffix('_value') }}_variance,
        {%- endfor %}
        {%- for column in ['change_value', 'change_ratio', 'growth'] %}
        {%- for end, level in levels.items() %}
        {{ exact_percentile('paired_replicates.' ~ column, level) }}
            as {{ column }}_{{ end }}_quantile
        {{- ',' if not (loop.last and column == 'growth') }}
        {%- endfor %}
        {%- endfor %}
    from paired_replicates
    group by
        paired_replicates.phase_id,
        paired_replicates.metric_id,
        paired_replicates.resampled_unit

),

final as (

    select
        phase_windows.phase_id,
        phase_spreads.metric_id,
        phase_spreads.resampled_unit,
        baseline_spreads.cluster_count as baseline_cluster_count,
        phase_spreads.cluster_count as phase_cluster_count,
        least(baseline_spreads.tail_count, phase_spreads.tail_count) as tail_count,
        {{ safe_divide(
            'phase_spreads.replicate_variance',
            'phase_spreads.replicate_variance + baseline_spreads.replicate_variance'
        ) }} as phase_variance_share,
        {{ safe_divide(
            'pow('
            ~ 'baseline_spreads.replicate_variance + phase_spreads.replicate_variance'
            ~ ', 2)',
            '(
                pow(baseline_spreads.replicate_variance, 2)
                / nullif(baseline_spreads.cluster_count - 1, 0)
                + pow(phase_spreads.replicate_variance, 2)
                / nullif(phase_spreads.cluster_count - 1, 0)
            )'
        ) }} as degrees_of_freedom,
        spread_changes.replicate_count,
        spread_changes.ratio_count,
        spread_changes.growth_count,
        spread_changes.change_variance,
        spread_changes.growth_variance,
        {%- for column in ['change_value', 'change_ratio', 'growth'] %}
        {%- for end in levels %}
        spread_changes.{{ column }}_{{ end }}_quantile
        {{- ',' if not (loop.last and column == 'growth') }}
        {%- endfor %}
        {%- endfor %}
    from phase_windows
    inner join metric_spreads as phase_spreads
        on phase_windows.phase_id = phase_spreads.phase_id
    inner join metric_spreads as baseline_spreads
        on
            phase_windows.baseline_phase_id = baseline_spreads.phase_id
            and phase_spreads.metric_id = baseline_spreads.metric_id
            and phase_spreads.resampled_unit = baseline_spreads.resampled_unit
    left join spread_changes
        on
            phase_windows.phase_id = spread_changes.phase_id
            and phase_spreads.metric_id = spread_changes.metric_id
            and phase_spreads.resampled_unit = spread_changes.resampled_unit
    where not phase_windows.is_baseline

)

select * from final
