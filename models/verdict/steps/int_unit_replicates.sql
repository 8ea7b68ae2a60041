-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The decisive figure and its drivers in every replicate, resampled by cluster (the
-- sessions) and by day, with the same draws as every other interval. Replicate −1 is
-- the log itself.
--   unit     Σ share of the stratum × cost per unit in it, over strata that both
--            windows have enough units of; the share is the baseline's, in experiments
--            that of both sides together, which favours none
--   api_call, session, day  cost / calls, sessions, days with calls, of everything
--   units_per_session, units_per_day  how much work there was
--   common_cost_share  the part of a window's cost that lies in those strata
{% set sides = {'baseline': 'true', 'phase': 'false'} %}
{% set drivers = {
    'unit': none,
    'api_call': ['cost_usd', 'call_count'],
    'session': ['cost_usd', 'session_count'],
    'day': ['cost_usd', 'day_count'],
    'units_per_session': ['unit_count', 'session_count'],
    'units_per_day': ['unit_count', 'day_count'],
} %}

with units as (

    select * from {{ ref('int_units') }}

),

cells as (

    {% for resampled_unit, cluster in {
        'cluster': 'units.cluster_id',
        'day': surrogate_key(['units.requested_date']),
    }.items() %}
        select
            units.phase_id,
            '{{ resampled_unit }}' as resampled_unit,
            {{ cluster }} as cluster_id,
            units.is_baseline_side,
            units.is_experiment,
            units.stratum,
            sum(units.unit_count) as unit_count,
            sum(units.call_count) as call_count,
            sum(units.session_count) as session_count,
            sum(units.day_count) as day_count,
            sum(units.cost_usd) as cost_usd
        from units
        group by all
        {{ 'union all' if not loop.last }}
    {%- endfor %}

),

{{ poisson_draws('cells') }},

weights as (

    select * from draws
    union all
    select distinct
        cells.resampled_unit,
        cells.cluster_id,
        -1 as replicate_number,
        1 as weight
    from cells

),

summed_strata as (

    select
        cells.phase_id,
        cells.resampled_unit,
        weights.replicate_number,
        cells.is_experiment,
        cells.stratum,
        {%- for side, condition in sides.items() %}
            {%- for column in [
                'unit_count', 'call_count', 'session_count', 'day_count', 'cost_usd'
            ] %}
                cast(sum(cells.{{ column }} * weights.weight) filter (
                    where cells.is_baseline_side = {{ condition }}
                ) as double) as {{ side }}_{{ column }},
            {%- endfor %}
        {%- endfor %}
        count(*) as cell_count
    from cells
    inner join weights
        on
            cells.resampled_unit = weights.resampled_unit
            and cells.cluster_id = weights.cluster_id
    where weights.weight > 0
    group by all

),

common_strata as (

    select
        units.phase_id,
        units.stratum
    from units
    group by
        units.phase_id,
        units.stratum
    having
        least(
            sum(units.unit_count) filter (where units.is_baseline_side),
            sum(units.unit_count) filter (where not units.is_baseline_side)
        ) >= {{ var('minimum_stratum_units') }}

),

marked_strata as (

    select
        summed_strata.*,
        summed_strata.baseline_unit_count + case
            when summed_strata.is_experiment then summed_strata.phase_unit_count else 0
        end as mix_unit_count,
        coalesce(
            common_strata.stratum is not null
            and summed_strata.baseline_unit_count > 0
            and summed_strata.phase_unit_count > 0,
            false
        ) as is_common
    from summed_strata
    left join common_strata
        on
            summed_strata.phase_id = common_strata.phase_id
            and summed_strata.stratum = common_strata.stratum

),

summed_replicates as (

    select
        marked_strata.phase_id,
        marked_strata.resampled_unit,
        marked_strata.replicate_number,
        {%- for value, name in {
            'mix_unit_count': 'common_unit_count',
            'phase_unit_count': 'common_phase_unit_count',
            'baseline_cost_usd': 'common_baseline_cost_usd',
            'phase_cost_usd': 'common_phase_cost_usd',
            'mix_unit_count * marked_strata.phase_cost_usd'
            ~ ' / marked_strata.phase_unit_count': 'standard_phase_cost_usd',
            'mix_unit_count * marked_strata.baseline_cost_usd'
            ~ ' / marked_strata.baseline_unit_count': 'standard_baseline_cost_usd',
        }.items() %}
            {{ sum_in_order(
                'marked_strata.' ~ value,
                ['marked_strata.stratum'],
                'marked_strata.is_common',
            ) }} as {{ name }},
        {%- endfor %}
        {%- for side in sides %}
            {%- for column in [
                'unit_count', 'call_count', 'session_count', 'day_count', 'cost_usd'
            ] %}
                {{ sum_in_order(
                    'marked_strata.' ~ side ~ '_' ~ column, ['marked_strata.stratum']
                ) }} as {{ side }}_{{ column }},
            {%- endfor %}
        {%- endfor %}
        count(*) as stratum_count
    from marked_strata
    group by all

),

final as (

    {% for driver, columns in drivers.items() %}
        select
            summed_replicates.phase_id,
            summed_replicates.resampled_unit,
            summed_replicates.replicate_number,
            '{{ driver }}' as driver,
            {%- for side in sides %}
                {%- if driver == 'unit' %}
                    {%- set numerator = 'standard_' ~ side ~ '_cost_usd' %}
                    {%- set denominator = 'common_unit_count' %}
                {%- else %}
                    {%- set numerator = side ~ '_' ~ columns[0] %}
                    {%- set denominator = side ~ '_' ~ columns[1] %}
                {%- endif %}
                {{ safe_divide(
                    'summed_replicates.' ~ numerator,
                    'summed_replicates.' ~ denominator
                ) }} as {{ side }}_value,
            {%- endfor %}
            least(
                {%- for side in sides %}
                    {{ safe_divide(
                        'summed_replicates.common_' ~ side ~ '_cost_usd',
                        'summed_replicates.' ~ side ~ '_cost_usd'
                    ) }}
                    {{- ',' if not loop.last }}
                {%- endfor %}
            ) as common_cost_share,
            summed_replicates.common_phase_unit_count
        from summed_replicates
        {%- if 'day' in driver %}
            where summed_replicates.resampled_unit = 'day'
        {%- endif %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from final
