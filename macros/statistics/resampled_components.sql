{#- The components that the metrics of a unit ('day', 'cluster' or none for both) are made
    of, each once: a dict of column → type. Sums of times and scores are decimals, so that
    weighted sums are exact and no order of adding changes a digit. Percentiles come as the
    number of values up to the phase's own, in a column of the metric's name. -#}
{% macro resampled_components(unit=none) -%}
    {%- set types = component_columns() -%}
    {%- do types.update({
        'day_count': 'bigint',
        'active_day_count': 'bigint',
        'constant_price_cost_usd': 'decimal(18, 9)',
    }) -%}
    {%- set columns = {} -%}
    {%- for metric_id, metric in resampled_metrics().items()
        if unit is none or unit in resampled_units(metric) -%}
        {%- set numerator = metric['numerator'] or metric_id ~ '_below_count' -%}
        {%- for column in [numerator, metric['denominator']] -%}
            {%- set data_type = types.get(column, 'bigint') -%}
            {%- do columns.update({
                column: 'decimal(24, 9)' if data_type == 'double' else data_type
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
