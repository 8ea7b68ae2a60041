-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- How far the work of one session on one day moves the logarithm of phase over
-- baseline, for the decisive figure and its drivers (linearisation: Woodruff 1971,
-- Binder 1983). They add up to 0 on each side; squared and added up by session, by day
-- or by both they are the variances of the change. Cut to 24 decimals: exact sums.
--   unit     Σ share of the stratum × cost per unit in it, over strata that both
--            windows have enough units of; the share is the baseline's, in experiments
--            that of both sides together, which favours none. A unit moves it by what
--            it adds to the mix (at either side's cost per unit) and by how far its own
--            cost is from that of its side
--   api_call, session, day  cost / calls, sessions, days with calls, of everything
--   units_per_session, units_per_day  how much work there was
--   common_cost_share  the part of a window's cost that lies in those strata
{% set columns = [
    'unit_count', 'call_count', 'session_count', 'day_count', 'cost_usd'
] %}
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

    select
        units.phase_id,
        units.is_experiment,
        units.is_baseline_side,
        units.stratum,
        units.cluster_id,
        units.requested_date,
        {%- for column in columns %}
            sum(units.{{ column }}) as {{ column }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from units
    group by all

),

summed_strata as (

    select
        cells.phase_id,
        cells.is_experiment,
        cells.stratum,
        {%- for side, condition in sides.items() %}
            {%- for column in columns %}
                cast(coalesce(sum(cells.{{ column }}) filter (
                    where cells.is_baseline_side = {{ condition }}
                ), 0) as double) as {{ side }}_{{ column }},
            {%- endfor %}
        {%- endfor %}
        count(*) as cell_count
    from cells
    group by
        cells.phase_id,
        cells.is_experiment,
        cells.stratum

),

strata as (

    select
        summed_strata.*,
        summed_strata.baseline_unit_count + case
            when summed_strata.is_experiment then summed_strata.phase_unit_count else 0
        end as mix_unit_count,
        {%- for side in sides %}
            {{ safe_divide(
                'summed_strata.' ~ side ~ '_cost_usd',
                'summed_strata.' ~ side ~ '_unit_count'
            ) }} as {{ side }}_unit_cost,
        {%- endfor %}
        least(summed_strata.baseline_unit_count, summed_strata.phase_unit_count)
        >= {{ var('minimum_stratum_units') }} as is_common
    from summed_strata

),

totals as (

    select
        strata.phase_id,
        {%- for name, value in {
            'common_unit_count': 'mix_unit_count',
            'common_phase_unit_count': 'phase_unit_count',
            'common_baseline_cost_usd': 'baseline_cost_usd',
            'common_phase_cost_usd': 'phase_cost_usd',
            'standard_baseline_cost_usd': 'mix_unit_count * strata.baseline_unit_cost',
            'standard_phase_cost_usd': 'mix_unit_count * strata.phase_unit_cost',
        }.items() %}
            {{ sum_in_order(
                'strata.' ~ value, ['strata.stratum'], 'strata.is_common'
            ) }} as {{ name }},
        {%- endfor %}
        {%- for side in sides %}
            {%- for column in columns %}
                {{ sum_in_order('strata.' ~ side ~ '_' ~ column, ['strata.stratum']) }}
                    as {{ side }}_{{ column }}
                {{- ',' if not loop.last }}
            {%- endfor %}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from strata
    group by strata.phase_id

),

windows as (

    select
        totals.*,
        {%- for side in sides %}
            {{ safe_divide(
                'totals.standard_' ~ side ~ '_cost_usd', 'totals.common_unit_count'
            ) }} as {{ side }}_unit_value,
        {%- endfor %}
        least(
            {%- for side in sides %}
                {{ safe_divide(
                    'totals.common_' ~ side ~ '_cost_usd',
                    'totals.' ~ side ~ '_cost_usd'
                ) }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        ) as common_cost_share
    from totals

),

summed_cells as (

    select
        cells.phase_id,
        cells.is_experiment,
        cells.is_baseline_side,
        cells.cluster_id,
        cells.requested_date,
        {%- for column in columns %}
            cast(sum(cells.{{ column }}) as double) as {{ column }},
        {%- endfor %}
        {{ sum_in_order(
            "case
                when not strata.is_common then 0
                else
                    case
                        when not cells.is_baseline_side
                            then
                                (cells.cost_usd - cells.unit_count * strata.phase_unit_cost)
                                * strata.mix_unit_count / strata.phase_unit_count
                        else 0
                    end / nullif(windows.standard_phase_cost_usd, 0)
                    - case
                        when cells.is_baseline_side
                            then
                                (
                                    cells.cost_usd
                                    - cells.unit_count * strata.baseline_unit_cost
                                ) * strata.mix_unit_count / strata.baseline_unit_count
                        else 0
                    end / nullif(windows.standard_baseline_cost_usd, 0)
                    + case
                        when cells.is_baseline_side or strata.is_experiment
                            then
                                cells.unit_count * (
                                    strata.phase_unit_cost
                                    / nullif(windows.standard_phase_cost_usd, 0)
                                    - strata.baseline_unit_cost
                                    / nullif(windows.standard_baseline_cost_usd, 0)
                                )
                        else 0
                    end
            end",
            ['cells.stratum'],
        ) }} as unit_influence
    from cells
    inner join strata
        on
            cells.phase_id = strata.phase_id
            and cells.stratum = strata.stratum
    inner join windows on cells.phase_id = windows.phase_id
    group by
        cells.phase_id,
        cells.is_experiment,
        cells.is_baseline_side,
        cells.cluster_id,
        cells.requested_date

),

final as (

    {% for driver, parts in drivers.items() %}
        select
            summed_cells.phase_id,
            '{{ driver }}' as driver,
            summed_cells.is_experiment,
            summed_cells.is_baseline_side,
            summed_cells.cluster_id,
            summed_cells.requested_date,
            windows.common_cost_share,
            windows.common_phase_unit_count,
            {%- if driver == 'unit' %}
                windows.baseline_unit_value as baseline_value,
                windows.phase_unit_value as phase_value,
                cast(summed_cells.unit_influence as decimal(38, 24)) as influence
            {%- else %}
                {%- for side in sides %}
                    {{ safe_divide(
                        'windows.' ~ side ~ '_' ~ parts[0],
                        'windows.' ~ side ~ '_' ~ parts[1]
                    ) }} as {{ side }}_value,
                {%- endfor %}
                cast(case
                    {%- for side in sides %}
                        when summed_cells.is_baseline_side = {{ sides[side] }}
                            then {{ '-1 * ' if side == 'baseline' }}(
                                {%- for part in parts %}
                                    {{ safe_divide(
                                        'summed_cells.' ~ part,
                                        'windows.' ~ side ~ '_' ~ part
                                    ) }}
                                    {{- ' -' if not loop.last }}
                                {%- endfor %}
                            )
                    {%- endfor %}
                end as decimal(38, 24)) as influence
            {%- endif %}
        from summed_cells
        inner join windows on summed_cells.phase_id = windows.phase_id
        {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from final
