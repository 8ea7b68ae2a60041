{#- The texts of a group, in order, joined by commas; only rows that meet `condition`. Null
    when there are none. -#}
{% macro ordered_list(expression, order_by, condition='true') -%}
    {{ return(adapter.dispatch('ordered_list', 'tars_bench')(
        expression, order_by, condition
    )) }}
{%- endmacro %}

{% macro default__ordered_list(expression, order_by, condition) -%}
    nullif(
        array_join(
            transform(
                sort_array(
                    collect_list(struct({{ order_by }}, {{ expression }} as item))
                    filter (where {{ condition }})
                ),
                entry -> entry.item
            ),
            ', '
        ),
        ''
    )
{%- endmacro %}

{% macro duckdb__ordered_list(expression, order_by, condition) -%}
    string_agg({{ expression }}, ', ' order by {{ order_by }})
    filter (where {{ condition }})
{%- endmacro %}
