{#- The denominator of a metric as an aggregate over component rows; for a percentile the
    number of values it is taken of. -#}
{% macro metric_denominator(metric_id) -%}
    {{ weighted_sum(metric_definition(metric_id)['denominator']) }}
{%- endmacro %}
