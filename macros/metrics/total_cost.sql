{#- The total of a cost over requests: null as soon as that of one API call is unknown, for
    the sum of the others would pass for the whole; 0 where there is no call.

    Args:
        column: A cost of fct_requests.
        condition: Which requests to add up. -#}
{% macro total_cost(column, condition='true') -%}
    case
        when
            count(*) filter (
                where {{ condition }} and is_api_call and {{ column }} is null
            ) = 0
            then coalesce(sum({{ column }}) filter (where {{ condition }}), 0)
    end
{%- endmacro %}
