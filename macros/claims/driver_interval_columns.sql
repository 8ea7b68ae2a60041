{#- The columns of proof_intervals that strategy_verification shows of a strategy's driver. -#}
{% macro driver_interval_columns() -%}
    {{ return([
        'baseline_value',
        'phase_value',
        'change_value',
        'change_value_low',
        'change_value_high',
        'change_ratio',
        'change_ratio_low',
        'change_ratio_high',
    ]) }}
{%- endmacro %}
