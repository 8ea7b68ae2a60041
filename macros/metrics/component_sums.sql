{#- A select list of every component that adds up, summed over component rows, in its type.
    Counts, tokens and times of nothing are 0. A cost is null as soon as that of one row with
    requests is: unknown is not zero, and the sum of the others would pass for the whole. What
    the log recorded is null where no row has any.
    relation: what the columns are qualified with. -#}
{% macro component_sums(relation) -%}
    {%- for column, data_type in component_columns(additive=true).items() %}
        {%- set component = relation ~ '.' ~ column %}
        {%- if column == 'recorded_cost_usd' %}
        cast(sum({{ component }}) as {{ data_type }})
        {%- elif column in cost_columns() %}
        cast(
            case
                when
                    count(*) filter (
                        where {{ component }} is null and {{ relation }}.request_count > 0
                    ) = 0
                    then coalesce(sum({{ component }}), 0)
            end as {{ data_type }}
        )
        {%- else %}
        cast(coalesce(sum({{ exact_addend(component) }}), 0) as {{ data_type }})
        {%- endif %} as {{ column }}
        {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
