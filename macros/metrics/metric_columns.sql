{#- A select list of metric values, each under its id. `kind` and `per_hour` as in metric_ids. -#}
{% macro metric_columns(kind=none, per_hour=false) -%}
    {%- for metric_id in metric_ids(kind, per_hour) %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
