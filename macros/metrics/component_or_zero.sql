{#- A component of a row, in its type: counts, tokens and times of nothing are 0, and so is
    the cost where there was no request. Where there was one, a null cost is unknown and
    stays null; what the log recorded is null where it recorded nothing.
    relation: what the columns are qualified with. -#}
{% macro component_or_zero(relation, column, data_type) -%}
    {%- set component = relation ~ '.' ~ column -%}
    {%- if column == 'recorded_cost_usd' -%}
        cast({{ component }} as {{ data_type }})
    {%- elif column in cost_columns() -%}
        cast(
            case
                when {{ relation }}.request_count > 0 then {{ component }}
                else 0
            end as {{ data_type }}
        )
    {%- else -%}
        cast(coalesce({{ component }}, 0) as {{ data_type }})
    {%- endif -%}
{%- endmacro %}
