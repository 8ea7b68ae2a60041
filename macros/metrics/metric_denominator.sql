{#- The denominator of a metric as an aggregate over component rows; for a percentile the
    number of values it is taken of. `weight` as in metric_numerator. -#}
{% macro metric_denominator(metric_id, weight=none) -%}
    {{ weighted_sum(metric_definition(metric_id)['denominator'], weight) }}
{%- endmacro %}
