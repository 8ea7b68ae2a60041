-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Every metric in every replicate, by the definitions of the metrics; those that are
-- not divided by days twice, resampled by cluster and by day. A percentile moves
-- with the share of values below it: where a replicate has fewer values below the
-- phase's own percentile than the phase, its percentile lies higher, at the value
-- whose share makes up for it (Bahadur's representation, read off the phase's sorted
-- values).
{% set percentile_ids = metric_ids(kind='percentile') %}
{% set value_filters = {} %}
{% for metric_id in percentile_ids %}
    {%- set metric = metric_definition(metric_id) -%}
    {%- do value_filters.update({metric['value']: metric['filter']}) -%}
{% endfor %}

with replicate_sums as (

    select * from {{ ref('int_replicate_sums') }}

),

components as (

    select * from {{ ref('int_cluster_components') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

divided_sums as (
    {% for metric_id, metric in resampled_metrics(kind='ratio').items() %}
        select
            replicate_sums.phase_id,
            '{{ metric_id }}' as metric_id,
            replicate_sums.resampled_unit,
            replicate_sums.replicate_number,
            {{ safe_divide(
                'replicate_sums.' ~ metric['numerator'],
                'replicate_sums.' ~ metric['denominator']
            ) }} * {{ metric['scale'] }} as metric_value
        from replicate_sums
        {%- if resampled_units(metric) == ['day'] %}
            where replicate_sums.resampled_unit = 'day'
        {%- endif %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

counted_values as (

    select
        components.phase_id,
        {%- for metric_id in percentile_ids %}
        sum(components.{{ metric_id }}_below_count) as {{ metric_id }}_below_count,
        sum(components.{{ metric_definition(metric_id)['denominator'] }})
            as {{ metric_id }}_value_count
        {{- ',' if not loop.last }}
        {%- endfor %}
    from components
    where components.resampled_unit = 'cluster'
    group by components.phase_id

),

moved_shares as (
    {% for metric_id in percentile_ids %}
        {%- set metric = metric_definition(metric_id) %}
        {%- set value_count = 'counted_values.' ~ metric_id ~ '_value_count' %}
        select
            replicate_sums.phase_id,
            '{{ metric_id }}' as metric_id,
            replicate_sums.resampled_unit,
            '{{ metric["value"] }}' as value_name,
            replicate_sums.replicate_number,
            cast({{ value_count }} - 1 as double) as last_position,
            cast({{ value_count }} - 1 as double) * (
                {{ metric['quantile'] }}
                + {{ safe_divide(
                    'counted_values.' ~ metric_id ~ '_below_count', value_count
                ) }}
                - {{ safe_divide(
                    'replicate_sums.' ~ metric_id ~ '_below_count',
                    'replicate_sums.' ~ metric['denominator']
                ) }}
            ) as moved_position
        from replicate_sums
        inner join counted_values on replicate_sums.phase_id = counted_values.phase_id
        where
            {{ value_count }} > 0
            and replicate_sums.{{ metric['denominator'] }} > 0
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

positions as (

    select
        moved_shares.phase_id,
        moved_shares.metric_id,
        moved_shares.resampled_unit,
        moved_shares.value_name,
        moved_shares.replicate_number,
        least(greatest(moved_shares.moved_position, 0), moved_shares.last_position)
            as moved_position
    from moved_shares

),

sorted_values as (
    {% for value, filter in value_filters.items() %}
        select
            phase_windows.phase_id,
            '{{ value }}' as value_name,
            requests.{{ value }} as sorted_value,
            lead(requests.{{ value }}) over (
                partition by phase_windows.phase_id
                order by requests.{{ value }}
            ) as next_value,
            row_number() over (
                partition by phase_windows.phase_id
                order by requests.{{ value }}
            ) - 1 as sorted_position
        from requests
        inner join phase_windows
            on
                requests.requested_date
                between phase_windows.start_date and phase_windows.end_date
        where
            requests.{{ value }} is not null
            and requests.{{ filter }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

moved_percentiles as (

    select
        positions.phase_id,
        positions.metric_id,
        positions.resampled_unit,
        positions.replicate_number,
        sorted_values.sorted_value
        + coalesce(sorted_values.next_value - sorted_values.sorted_value, 0)
        * (positions.moved_position - sorted_values.sorted_position) as metric_value
    from positions
    inner join sorted_values
        on
            positions.phase_id = sorted_values.phase_id
            and positions.value_name = sorted_values.value_name
            and cast(floor(positions.moved_position) as bigint)
            = sorted_values.sorted_position

),

final as (

    select
        divided_sums.phase_id,
        divided_sums.metric_id,
        divided_sums.resampled_unit,
        divided_sums.replicate_number,
        divided_sums.metric_value
    from divided_sums
    where divided_sums.metric_value is not null
    union all
    select
        moved_percentiles.phase_id,
        moved_percentiles.metric_id,
        moved_percentiles.resampled_unit,
        moved_percentiles.replicate_number,
        moved_percentiles.metric_value
    from moved_percentiles

)

select * from final
