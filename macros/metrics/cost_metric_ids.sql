{#- The metrics made of costs: unknown where the cost of a call is. An SQL list in brackets. -#}
{% macro cost_metric_ids() -%}
    {%- set chosen = [] -%}
    {%- for metric_id in metric_ids(kind='ratio') -%}
        {%- set metric = metric_definition(metric_id) -%}
        {%- if metric['numerator'] in cost_columns()
            or metric['denominator'] in cost_columns() -%}
            {%- do chosen.append(metric_id) -%}
        {%- endif -%}
    {%- endfor -%}
    ('{{ chosen | join("', '") }}')
{%- endmacro %}
