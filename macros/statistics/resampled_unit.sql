{#- What a metric is resampled by: 'day' where it is divided by days (the load of a day is
    shared by all its sessions, and the number of days is fixed), else 'cluster'. -#}
{% macro resampled_unit(metric_id) -%}
    {%- set denominator = metric_definition(metric_id)['denominator'] -%}
    {{ return('day' if denominator in ['day_count', 'active_day_count'] else 'cluster') }}
{%- endmacro %}
