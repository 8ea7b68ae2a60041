{#- What a metric is resampled by: by 'day' always; where it is not divided by days (the load
    of a day is shared by all its sessions, and the number of days is fixed) by 'cluster' and
    'cluster_day' as well.
    metric: its definition. -#}
{% macro resampled_units(metric) -%}
    {{ return(
        ['day'] if metric['denominator'] in ['day_count', 'active_day_count']
        else ['day', 'cluster', 'cluster_day']
    ) }}
{%- endmacro %}
