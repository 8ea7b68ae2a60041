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

final as (

    select
        paired_replicates.phase_id,
        paired_replicates.metric_id,
        paired_replicates.resampled_unit,
        count(*) as replicate_count,
        count(paired_replicates.change_ratio) as ratio_count,
        count(paired_replicates.growth) as growth_count,
        {{ variance_in_order(
            'paired_replicates.change_value', ['paired_replicates.replicate_number']
        ) }} as change_variance,
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

)

select * from final
