{#- A bound of an interval: the replicates' quantile, moved away from the estimate by the
    factor of few clusters. -#}
{% macro interval_bound(estimate, replicate_quantile, factor) -%}
    {{ estimate }} + ({{ replicate_quantile }} - {{ estimate }}) * {{ factor }}
{%- endmacro %}
