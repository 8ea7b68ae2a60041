-- Every component sums to the same over hours, days, weeks and months: counts,
-- tokens and money to the last digit, sums of times and scores (doubles, which depend
-- on the order they are added in) to a thousandth. A sum with an unknown part is
-- unknown in a longer window: of costs the known part is compared.
{% set components = {} %}
{% for column, data_type in component_columns(additive=true).items() %}
    {% if column not in cost_columns() %}
        {% do components.update({column: data_type}) %}
    {% endif %}
{% endfor %}
{% set tables = [
    'metrics_daily', 'metrics_hourly', 'metrics_weekly', 'metrics_monthly'
] %}

with totals as (
    {% for table in tables %}
        {% set last_table = loop.last %}
        {% for column, data_type in components.items() %}
            {% set tolerance = '0.001' if data_type == 'double' else '0' %}
            select
                '{{ table }}' as table_name,
                '{{ column }}' as component,
                cast({{ tolerance }} as decimal(38, 9)) as tolerance,
                cast(coalesce(sum({{ column }}), 0) as decimal(38, 9)) as total
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
where abs(totals.total - days.total) > totals.tolerance
