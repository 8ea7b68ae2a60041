-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The Poisson bootstrap: in each replicate every cluster counts 0, 1, 2, … times, as
-- a hash of its unit, id and the replicate's number decides. One hash has the digits
-- of four replicates. The phase is no part of it: the same days give the same draws
-- whatever their window is called, a cluster of two phases is drawn once for both, and
-- a cluster of one day is drawn the same as a cluster and as its only day.
-- Sums are exact: weights are whole numbers, components are whole or decimal.
with components as (

    select * from {{ ref('int_cluster_components') }}

),

digits as (
{{ digits_table() }}

),

blocks as (

    {{ number_series((var('bootstrap_replicates') + 3) // 4, 'block_number') }}

),

quarters as (

    {{ number_series(4, 'quarter_number') }}

),

hashed_blocks as (

    select
        components.*,
        blocks.block_number,
        {{ surrogate_key([
            "replace(components.resampled_unit, 'cluster_day', 'cluster')",
            'components.cluster_id',
            'blocks.block_number',
        ]) }} as block_hash
    from components
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

weighted_clusters as (

    select
        drawn_digits.*,
        {{ poisson_weight('drawn_digits.drawn_hex') }} as weight
    from drawn_digits
    where drawn_digits.replicate_number < {{ var('bootstrap_replicates') }}

),

final as (

    select
        weighted_clusters.phase_id,
        weighted_clusters.resampled_unit,
        weighted_clusters.replicate_number,
        {%- for column in resampled_components() %}
        {{ weighted_sum('weighted_clusters.' ~ column, 'weighted_clusters.weight') }}
            as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from weighted_clusters
    where weighted_clusters.weight > 0
    group by
        weighted_clusters.phase_id,
        weighted_clusters.resampled_unit,
        weighted_clusters.replicate_number

)

select * from final
