{#- The sum of a component over component rows, in its type. Counts, tokens and times of
    nothing are 0, and so is the cost where every call has one. A cost is null where there
    were calls and none has a cost: unknown is not zero. Recorded and list cost are null
    where no row has one.
    relation: what the columns are qualified with. -#}
{% macro sum_component(relation, column, data_type) -%}
    {%- if column in ['recorded_cost_usd', 'list_cost_usd'] -%}
        cast(sum({{ relation }}.{{ column }}) as {{ data_type }})
    {%- elif column in ['cost_usd', 'api_cost_usd'] -%}
        cast(
            case
                when coalesce(sum({{ relation }}.uncosted_api_call_count), 0) = 0
                    then coalesce(sum({{ relation }}.{{ column }}), 0)
                else sum({{ relation }}.{{ column }})
            end as {{ data_type }}
        )
    {%- else -%}
        cast(
            coalesce(sum({{ exact_addend(relation ~ '.' ~ column) }}), 0)
            as {{ data_type }}
        )
    {%- endif -%}
{%- endmacro %}
