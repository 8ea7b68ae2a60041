{#- The periods an incremental model has to compute: those without a row yet, all on a first
    run. For use as a CTE over the imported periods. -#}
{% macro outdated_periods(periods, period_column) -%}
    select {{ periods }}.*
    from {{ periods }}
    {%- if is_incremental() %}
    where not exists (
        select 1
        from {{ this }} as built
        where built.{{ period_column }} = {{ periods }}.{{ period_column }}
    )
    {%- endif %}
{%- endmacro %}
