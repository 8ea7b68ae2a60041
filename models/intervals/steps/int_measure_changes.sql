-- Every change that gets an interval: of the metrics, and of the measures whose
-- relative changes are the reductions at constant prices and per completed task.
{% set measures = {
    'constant_price_daily_cost': 'constant_price_daily_usd',
    'cost_per_completed_task': 'cost_per_completed_task_usd',
} %}

with phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

cost_reductions as (

    select * from {{ ref('int_cost_reductions') }}

),

final as (

    select
        phase_comparison.phase_id,
        phase_comparison.baseline_phase_id,
        phase_comparison.metric_id,
        phase_comparison.unit,
        phase_comparison.baseline_value,
        phase_comparison.phase_value,
        phase_comparison.change_value,
        phase_comparison.change_ratio
    from phase_comparison
    {%- for measure_id, column in measures.items() %}
        union all
        select
            cost_reductions.phase_id,
            cost_reductions.baseline_phase_id,
            '{{ measure_id }}' as metric_id,
            'usd' as unit,
            cost_reductions.baseline_{{ column }} as baseline_value,
            cost_reductions.phase_{{ column }} as phase_value,
            cost_reductions.phase_{{ column }} - cost_reductions.baseline_{{ column }}
                as change_value,
            {{ safe_divide(
                'cost_reductions.phase_' ~ column
                ~ ' - cost_reductions.baseline_' ~ column,
                'cost_reductions.baseline_' ~ column
            ) }} as change_ratio
        from cost_reductions
    {%- endfor %}

)

select * from final
