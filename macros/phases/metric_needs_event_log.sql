{#- Whether a metric counts entries of the optimization log: where no such log was loaded it is
    not zero but unknown. -#}
{% macro metric_needs_event_log(metric_id) -%}
    {{ return(metric_definition(metric_id)['numerator'] in [
        'optimization_event_count', 'lazy_deferred_count', 'lazy_loaded_count',
    ]) }}
{%- endmacro %}
