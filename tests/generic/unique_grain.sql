{#- The columns a description calls the grain identify a row: no two rows are equal in all of
    them, nulls counted as equal. -#}
{% test unique_grain(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
