{#- The CTEs of the Poisson bootstrap, the last of them `draws`: how often each cluster counts
    in each replicate. The same unit and cluster are drawn the same wherever this is called,
    so figures of different models move together.

    A weight is a Poisson(1) value, the inverse of its distribution function at the number
    that eight hexadecimal digits of a hash stand for; one hash has the digits of four
    replicates. Digits of equal length sort as the numbers they write, so texts are compared
    and no engine has to turn a hash into a number. A cluster of one day is drawn as the
    cluster is.

    Args:
        clusters: A relation with resampled_unit and cluster_id; a pair may stand there often.

    Columns of draws: resampled_unit, cluster_id, replicate_number (from 0), weight. -#}
{% macro poisson_draws(clusters) -%}
digits as (
    {%- for digit in range(10) %}
    select {{ digit }} as digit
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

blocks as (
    {{ number_series((var('bootstrap_replicates') + 3) // 4, 'block_number') }}
),

quarters as (
    {{ number_series(4, 'quarter_number') }}
),

drawn_clusters as (
    select distinct
        clusters.resampled_unit,
        clusters.cluster_id
    from {{ clusters }} as clusters
),

hashed_blocks as (
    select
        drawn_clusters.*,
        blocks.block_number,
        {{ surrogate_key([
            "replace(drawn_clusters.resampled_unit, 'cluster_day', 'cluster')",
            'drawn_clusters.cluster_id',
            'blocks.block_number',
        ]) }} as block_hash
    from drawn_clusters
    cross join blocks
),

drawn_digits as (
    select
        hashed_blocks.*,
        4 * hashed_blocks.block_number + quarters.quarter_number as replicate_number,
        substr(hashed_blocks.block_hash, 8 * quarters.quarter_number + 1, 8)
            as drawn_hex
    from hashed_blocks
    cross join quarters
),

draws as (
    select
        drawn_digits.resampled_unit,
        drawn_digits.cluster_id,
        drawn_digits.replicate_number,
        case
        {%- for threshold in poisson_thresholds() %}
            when drawn_digits.drawn_hex < '{{ threshold }}' then {{ loop.index0 }}
        {%- endfor %}
            else {{ poisson_thresholds() | length }}
        end as weight
    from drawn_digits
    where drawn_digits.replicate_number < {{ var('bootstrap_replicates') }}
)
{%- endmacro %}
