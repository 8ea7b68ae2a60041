{#- Every factor of the cost bridge, in the order of the seed bridge_factors; a test holds
    the two equal. -#}
{% macro bridge_factor_ids() -%}
    {{ return([
        'workload',
        'requests_per_task',
        'response_cache',
        'prompt_tokens',
        'output_tokens',
        'model_mix',
        'prompt_cache',
        'vendor_price',
        'batch_discount',
        'billing',
        'unexplained_rate',
    ]) }}
{%- endmacro %}
