{#- What the reductions of cost_reductions are changes of, where no metric is: a dict of
    measure id → definition, as metric_definition gives it. They are resampled like metrics
    and are none, for a cost at the baseline's prices has no meaning outside a comparison. -#}
{% macro reduction_measures() -%}
    {{ return({
        'constant_price_daily_cost': {
            'kind': 'ratio',
            'numerator': 'constant_price_cost_usd',
            'denominator': 'active_day_count',
            'history_numerator': 'cost_usd',
            'scale': 1,
        },
        'cost_per_completed_task': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'completed_task_count',
            'scale': 1,
        },
    }) }}
{%- endmacro %}
