{#- Before an incremental run: deletes the rows of every period whose fingerprint is no
    longer the current one, and of periods that are gone. The model then inserts the periods
    that are missing. Does nothing on a first run or a full refresh.
    periods: relation with one row per period; period_column: its key, also in the model. -#}
{% macro delete_outdated(periods, period_column) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where not exists (
            select 1
            from {{ periods }} as periods
            where
                periods.{{ period_column }} = {{ this }}.{{ period_column }}
                and periods.fingerprint = {{ this }}.fingerprint
        )
    {%- else -%}
        select 1 as nothing_to_delete
    {%- endif -%}
{%- endmacro %}
