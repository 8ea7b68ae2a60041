-- How far each metric of each phase varies between replicates, and from how many
-- clusters or days (those that count in its denominator) and, for a percentile, how
-- many values beyond it.
{% set levels = interval_levels() %}

with components as (

    select * from {{ ref('int_cluster_components') }}

),

replicate_metrics as (

    select * from {{ ref('int_replicate_metrics') }}

),

counted_clusters as (
    {% for metric_id, metric in resampled_metrics().items() %}
        select
            components.phase_id,
            '{{ metric_id }}' as metric_id,
            components.resampled_unit,
            count(*) filter (where components.{{ metric['denominator'] }} > 0)
                as cluster_count,
            {%- if metric['kind'] == 'percentile' %}
                sum(components.{{ metric['denominator'] }})
                * (1 - {{ metric['quantile'] }})
            {%- else %}
                null
            {%- endif %} as tail_count
        from components
        {%- if resampled_units(metric) == ['day'] %}
            where components.resampled_unit = 'day'
        {%- endif %}
        group by
            components.phase_id,
            components.resampled_unit
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

spread_replicates as (

    select
        replicate_metrics.phase_id,
        replicate_metrics.metric_id,
        replicate_metrics.resampled_unit,
        count(*) as replicate_count,
        {{ exact_percentile('replicate_metrics.metric_value', levels['low']) }}
            as low_quantile,
        {{ exact_percentile('replicate_metrics.metric_value', levels['high']) }}
            as high_quantile,
        {{ variance_in_order(
            'replicate_metrics.metric_value', ['replicate_metrics.replicate_number']
        ) }} as replicate_variance
    from replicate_metrics
    group by
        replicate_metrics.phase_id,
        replicate_metrics.metric_id,
        replicate_metrics.resampled_unit

),

final as (

    select
        counted_clusters.phase_id,
        counted_clusters.metric_id,
        counted_clusters.resampled_unit,
        counted_clusters.cluster_count,
        cast(counted_clusters.tail_count as double) as tail_count,
        coalesce(spread_replicates.replicate_count, 0) as replicate_count,
        spread_replicates.low_quantile,
        spread_replicates.high_quantile,
        spread_replicates.replicate_variance
    from counted_clusters
    left join spread_replicates
        on
            counted_clusters.phase_id = spread_replicates.phase_id
            and counted_clusters.metric_id = spread_replicates.metric_id
            and counted_clusters.resampled_unit = spread_replicates.resampled_unit

)

select * from final
