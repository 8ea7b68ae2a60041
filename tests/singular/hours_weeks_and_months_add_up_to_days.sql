-- Every component sums to the same over hours, days, weeks and months: to the last
-- digit, sums of times and scores to a thousandth. Unknown costs stay out alike.
{% set tables = [
    'metrics_daily', 'metrics_hourly', 'metrics_weekly', 'metrics_monthly'
] %}

with totals as (
    {% for table in tables %}
        {% set last_table = loop.last %}
        {% for column, data_type in component_columns().items() %}
            {% set digits = 3 if data_type == 'double' else 9 %}
            select
                '{{ table }}' as table_name,
                '{{ column }}' as component,
                cast(coalesce(sum({{ column }}), 0) as decimal(38, {{ digits }}))
                    as total
            from {{ ref(table) }}
            {{ 'union all' if not (loop.last and last_table) }}
        {% endfor %}
    {% endfor %}
),

days as (

    select
        component,
        total
    from totals
    where table_name = 'metrics_daily'

)

select
    totals.table_name,
    totals.component,
    totals.total,
    days.total as day_total
from totals
inner join days
    on totals.component = days.component
where totals.total is distinct from days.total
