-- Every component sums to the same over hours, days, weeks and months; to the dollar's last
-- digit for money, to a relative 1e-9 for sums of times and scores. Unknown costs stay out
-- of all of them alike.
{%- set tables = ['metrics_hourly', 'metrics_weekly', 'metrics_monthly'] %}

with days as (

    select
        {%- for column in component_columns() %}
        coalesce(sum({{ column }}), 0) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('metrics_daily') }}

),

periods as (
    {% for table in tables %}
    select
        '{{ table }}' as table_name,
        {%- for column in component_columns() %}
        coalesce(sum({{ column }}), 0) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(table) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    periods.table_name,
    {%- for column in component_columns() %}
    periods.{{ column }} - days.{{ column }} as {{ column }}_difference
    {{- ',' if not loop.last }}
    {%- endfor %}
from periods
cross join days
where
    {%- for column, data_type in component_columns().items() %}
    {%- if data_type == 'double' %}
    {{ 'or ' if not loop.first }}abs(periods.{{ column }} - days.{{ column }})
    > 0.000000001 * abs(days.{{ column }})
    {%- else %}
    {{ 'or ' if not loop.first }}periods.{{ column }} is distinct from days.{{ column }}
    {%- endif %}
    {%- endfor %}
