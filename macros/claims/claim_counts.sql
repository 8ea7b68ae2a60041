{#- What the claims audit counts, in the order of its columns. -#}
{% macro claim_counts() -%}
    {{ return([
        'event_count',
        'saving_claim_count',
        'undeclared_claim_count',
        'unvalued_claim_count',
        'orphan_event_count',
        'double_claim_count',
        'shared_claim_count',
    ]) }}
{%- endmacro %}
