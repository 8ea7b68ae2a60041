{#- total = sum of the parts in every row that meets `where`; a null part counts as null, so
    that an unknown part never passes for zero. -#}
{% test adds_up(model, total, parts, where='true') %}

select
    {{ total }},
    {{ parts | join(', ') }}
from {{ model }}
where
    {{ where }}
    and {{ total }} is distinct from {{ parts | join(' + ') }}

{% endtest %}
