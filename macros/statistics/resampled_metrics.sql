{#- Everything that has an interval: a dict of id → definition of the metrics and of the
    measures the reductions are made of. `kind` keeps 'ratio' or 'percentile' only. -#}
{% macro resampled_metrics(kind=none) -%}
    {%- set chosen = {} -%}
    {%- for metric_id in metric_ids(kind=kind) -%}
        {%- do chosen.update({metric_id: metric_definition(metric_id)}) -%}
    {%- endfor -%}
    {%- for measure_id, measure in reduction_measures().items() -%}
        {%- if kind in [none, measure['kind']] -%}
            {%- do chosen.update({measure_id: measure}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}
