{#- Fails for every two rows of one thing whose half-open ranges [from, below) overlap.

    Args:
        identified_by: Columns that say which thing a row is about.
        from_column: First value of the range, never null.
        below_column: First value after it, never null. -#}
{% test validity_does_not_overlap(model, identified_by, from_column, below_column) %}

with

ranges as (
    select
        {% for column in identified_by -%}
        {{ column }},
        {% endfor -%}
        {{ from_column }} as range_from,
        {{ below_column }} as range_below,
        lag({{ below_column }}) over (
            partition by {{ identified_by | join(', ') }}
            order by {{ from_column }}, {{ below_column }}
        ) as previous_below
    from {{ model }}
)

select *
from ranges
where
    range_from < previous_below
    or range_from >= range_below
    or range_from is null
    or range_below is null

{% endtest %}
