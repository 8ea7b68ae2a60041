{#- What a metric is resampled by: 'day' where it is divided by days (the load of a day is
    shared by all its sessions, and the number of days is fixed), else 'cluster'.
    metric: its definition. -#}
{% macro resampled_unit(metric) -%}
    {{ return(
        'day' if metric['denominator'] in ['day_count', 'active_day_count'] else 'cluster'
    ) }}
{%- endmacro %}
