{#- Whether a call pays the batch price: the log says so, or it was sent in a batch. -#}
{% macro is_batch_priced(requests) -%}
    (
        coalesce(lower({{ requests }}.service_tier) = 'batch', false)
        or {{ requests }}.batch_id is not null
    )
{%- endmacro %}
