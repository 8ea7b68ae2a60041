{#- A select list of the number of observations behind each metric, as <metric>_sample_count. -#}
{% macro metric_sample_counts() -%}
    {%- for metric_id in metric_ids() %}
        {{ weighted_sum(metric_sample_component(metric_id)) }} as {{ metric_id }}_sample_count
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
