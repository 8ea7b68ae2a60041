{#- The parts of one metric: see metric_definitions. -#}
{% macro metric_definition(metric_id) -%}
    {%- set definitions = metric_definitions() -%}
    {%- if metric_id not in definitions -%}
        {{ exceptions.raise_compiler_error('No metric is called "' ~ metric_id ~ '".') }}
    {%- endif -%}
    {{ return(definitions[metric_id]) }}
{%- endmacro %}
