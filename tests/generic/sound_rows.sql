{#- Everything one table promises of its rows, in one scan and one node; a row per broken rule.
    What a contract's constraints hold while the table is written (not_null) is not repeated.

    Args:
        grain: Columns no two rows are equal in, nulls counted as equal; the grain of the model.
        unique: Columns whose values, where known, occur once.
        not_null: Columns that always have a value.
        not_negative: Columns never below zero; null is allowed.
        accepted: Column → the values it may have beside null. -#}
{% test sound_rows(model, grain=[], unique=[], not_null=[], not_negative=[], accepted={}) %}

with checked as (

    select
        {%- for column in not_null %}
        count(*) filter (where {{ column }} is null) as {{ column }}__null,
        {%- endfor %}
        {%- for column in not_negative %}
        count(*) filter (where {{ column }} < 0) as {{ column }}__negative,
        {%- endfor %}
        {%- for column, values in accepted.items() %}
        count(*) filter (
            where {{ column }} not in (
                {%- for value in values -%}
                '{{ value }}'{{ ', ' if not loop.last }}
                {%- endfor -%}
            )
        ) as {{ column }}__not_accepted,
        {%- endfor %}
        {%- for column in unique %}
        count({{ column }}) - count(distinct {{ column }}) as {{ column }}__repeated,
        {%- endfor %}
        0 as nothing__broken
    from {{ model }}

),

broken as (

    unpivot checked
    on columns(*)
    into name broken_rule value row_count

){% if grain %},

repeated as (

    select
        'grain__repeated' as broken_rule,
        count(*) as row_count
    from (
        select 1
        from {{ model }}
        group by {{ grain | join(', ') }}
        having count(*) > 1
    )

){% endif %}

select
    broken_rule,
    row_count
from broken
where row_count > 0
{%- if grain %}
union all
select
    broken_rule,
    row_count
from repeated
where row_count > 0
{%- endif %}

{% endtest %}
