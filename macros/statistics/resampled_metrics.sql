{#- Everything that has an interval: a dict of id → definition of the metrics and of the
    measures the reductions are made of. `kind` keeps 'ratio' or 'percentile' only. -#}
{% macro resampled_metrics(kind=none) -%}
    {%- set chosen = {} -%}
    {%- for metric_id in metric_ids(kind=kind) -%}
        {%- do chosen.update({metric_id: metric_definition(metric_id)}) -%}
    {%- endfor -%}
    {#- What the reductions of cost_reductions are changes of, where no metric is: a cost at the
        baseline's prices has no meaning outside a comparison. -#}
    {%- set measures = {
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
    } -%}
    {%- for measure_id, measure in measures.items() -%}
        {%- if kind in [none, measure['kind']] -%}
            {%- do chosen.update({measure_id: measure}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}
