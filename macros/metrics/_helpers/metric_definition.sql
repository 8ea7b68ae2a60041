{#- The definition of a metric: what the macro of its name returns.
    kind 'ratio':      value = scale × sum(numerator) / sum(denominator), both additive
                       components of metrics_daily;
    kind 'percentile': value = the exact `quantile` of `value` over the rows of
                       fct_requests that meet `filter`; `denominator` is the component
                       that counts them. -#}
{% macro metric_definition(metric_id) -%}
    {%- if metric_id not in context -%}
        {{ exceptions.raise_compiler_error('No metric is called "' ~ metric_id ~ '".') }}
    {%- endif -%}
    {{ return(context[metric_id]()) }}
{%- endmacro %}
