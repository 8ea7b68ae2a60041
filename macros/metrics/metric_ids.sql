{#- The ids of all metrics, in display order.

    Args:
        kind: 'ratio' or 'percentile'; none for all.
        per_hour: Leave out the metrics that are divided by days. -#}
{% macro metric_ids(kind=none, per_hour=false) -%}
    {%- set chosen = [] -%}
    {%- for metric_id, metric in metric_definitions().items() -%}
        {%- set per_day = metric['denominator'] in ['day_count', 'active_day_count'] -%}
        {%- if (kind is none or metric['kind'] == kind)
            and not (per_hour and per_day) -%}
            {%- do chosen.append(metric_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}
