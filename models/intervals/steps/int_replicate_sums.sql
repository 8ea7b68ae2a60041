-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The Poisson bootstrap: in each replicate every cluster counts 0, 1, 2, … times
-- (poisson_draws). The phase is no part of it: the same days give the same draws
-- whatever their window is called, a cluster of two phases is drawn once for both, and
-- a cluster of one day is drawn the same as a cluster and as its only day.
-- Sums are exact: weights are whole numbers, components are whole or decimal.
with components as (

    select * from {{ ref('int_cluster_components') }}

),

{{ poisson_draws('components') }},

final as (

    select
        components.phase_id,
        components.resampled_unit,
        draws.replicate_number,
        {%- for column in resampled_components() %}
        {{ weighted_sum('components.' ~ column, 'draws.weight') }}
            as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from components
    inner join draws
        on
            components.resampled_unit = draws.resampled_unit
            and components.cluster_id = draws.cluster_id
    where draws.weight > 0
    group by
        components.phase_id,
        components.resampled_unit,
        draws.replicate_number

)

select * from final
