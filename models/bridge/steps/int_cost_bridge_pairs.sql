-- What the bridge compares cell by cell: a model's requests of one kind in the two
-- noqa: disable=LT02
-- windows side by side, a model that ran in one of them only with zeros in the other. A
-- cell whose cost list prices explain is a row for each class of tokens; any other is
-- one. Before is the baseline, after the phase or the one day that is compared.
-- Where tokens do not explain the cost of the comparison, priced and unpriced calls are
-- one kind, 'call'.
{% set moments = ['before', 'after'] %}
{% set joined_kind -%}
    case
        when comparisons.is_token_explained or daily_cells.cell_kind = 'cache_hit'
            then daily_cells.cell_kind
        else 'call'
    end
{%- endset %}
{% set measures = ['tokens', 'baseline_card_usd', 'full_list_usd', 'list_usd'] %}
with

comparisons as (
    select * from {{ ref('int_cost_bridge_comparisons') }}
    where missing_reason is null
),

daily_cells as (
    select * from {{ ref('int_cost_cells_daily') }}
),

{% for moment, phase_id, requested_date in [
    ('before', 'comparisons.baseline_phase_id', 'daily_cells.requested_date'),
    (
        'after',
        'comparisons.phase_id',
        'coalesce(comparisons.metric_date, daily_cells.requested_date)',
    ),
] %}
    {{ moment }}_cells as (
        select
            comparisons.comparison_id,
            daily_cells.model_id,
            {{ joined_kind }} as cell_kind,
            min(daily_cells.model_family) as model_family,
            cast(sum(daily_cells.request_count) as double) as request_count,
            cast(sum(daily_cells.cost_usd) as double) as cost_usd,
            {% for side in token_classes() %}
                {% for measure in measures %}
                    cast(sum(daily_cells.{{ side }}_{{ measure }}) as double)
                        as {{ side }}_{{ measure }},
                {% endfor %}
            {% endfor %}
            cast(sum(daily_cells.list_usd) as double) as list_usd
        from comparisons
        inner join daily_cells
            on
                {{ phase_id }} = daily_cells.phase_id
                and {{ requested_date }} = daily_cells.requested_date
        group by
            comparisons.comparison_id,
            daily_cells.model_id,
            {{ joined_kind }}
    ),
{% endfor %}

pair_cells as (
    select
        coalesce(before_cells.comparison_id, after_cells.comparison_id)
            as comparison_id,
        coalesce(before_cells.model_id, after_cells.model_id) as model_id,
        coalesce(before_cells.model_family, after_cells.model_family)
            as model_family,
        coalesce(before_cells.cell_kind, after_cells.cell_kind) as cell_kind,
        {% for moment in moments %}
            {% for measure in ['request_count', 'cost_usd', 'list_usd'] %}
                coalesce({{ moment }}_cells.{{ measure }}, 0)
                    as {{ moment }}_{{ measure }},
            {% endfor %}
            {% for side in token_classes() %}
                {% for measure in measures %}
                    coalesce({{ moment }}_cells.{{ side }}_{{ measure }}, 0)
                        as {{ moment }}_{{ side }}_{{ measure }}
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from before_cells
    full outer join after_cells
        on
            before_cells.comparison_id = after_cells.comparison_id
            and before_cells.model_id = after_cells.model_id
            and before_cells.cell_kind = after_cells.cell_kind
),

token_sides as (
    {% for side in token_classes() %}
        select
            '{{ side }}' as token_side,
            true as is_priced_side
        union all
    {% endfor %}
    select
        'whole' as token_side,
        false as is_priced_side
),

judge_cells as (
    select
        *,
        cell_kind = 'priced'
        and (before_list_usd > 0 or before_cost_usd = 0)
        and (after_list_usd > 0 or after_cost_usd = 0) as is_list_explained
    from pair_cells
),

final as (
    select
        judge_cells.comparison_id,
        judge_cells.model_id,
        judge_cells.model_family,
        judge_cells.cell_kind,
        token_sides.token_side,
        judge_cells.is_list_explained,
        {% for moment in moments %}
            judge_cells.{{ moment }}_request_count,
            judge_cells.{{ moment }}_cost_usd as {{ moment }}_whole_cost_usd,
            judge_cells.{{ moment }}_list_usd as {{ moment }}_whole_list_usd,
            {% for measure in measures %}
                case token_sides.token_side
                    {% for side in token_classes() %}
                        when '{{ side }}'
                            then judge_cells.{{ moment }}_{{ side }}_{{ measure }}
                    {% endfor %}
                    else
                        {% for side in token_classes() %}
                            judge_cells.{{ moment }}_{{ side }}_{{ measure }}
                            {{- ' +' if not loop.last }}
                        {% endfor %}
                end as {{ moment }}_{{ measure }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from judge_cells
    inner join token_sides
        on judge_cells.is_list_explained = token_sides.is_priced_side
)

select * from final
