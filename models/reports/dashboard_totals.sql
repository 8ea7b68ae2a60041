-- What each window adds up to, beside what the baseline would have come to in as many
-- calendar days:
--   baseline_projection = the baseline's total / its calendar days × the window's
--   change_ratio        = (total − projection) / projection
-- Only loaded days count, so a window that is not full is compared with as few days.
{%- set totals = {
    'cost': ['cost_usd', 'usd', 'decimal(18, 9)'],
    'api_calls': ['api_call_count', 'count', 'bigint'],
    'tokens': ['token_count', 'tokens', 'bigint'],
} %}

with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

metrics_hourly as (

    select * from {{ ref('metrics_hourly') }}

),

summed_windows as (

    select
        dashboard_windows.window_id,
        {%- for definition in totals.values() %}
            {{ sum_component('metrics_daily', definition[0], definition[2]) }}
                as {{ definition[0] }},
        {%- endfor %}
        sum(metrics_daily.day_count) as day_count
    from dashboard_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between dashboard_windows.first_date and dashboard_windows.last_date
    group by dashboard_windows.window_id
    union all
    select
        dashboard_windows.window_id,
        {%- for definition in totals.values() %}
            metrics_hourly.{{ definition[0] }},
        {%- endfor %}
        null as day_count
    from dashboard_windows
    inner join metrics_hourly
        on dashboard_windows.hour_at = metrics_hourly.metric_hour_at

),

stacked_totals as (
    {% for total_id, definition in totals.items() %}
        select
            summed_windows.window_id,
            '{{ total_id }}' as total_id,
            '{{ definition[1] }}' as unit,
            {{ loop.index }} as total_order,
            summed_windows.day_count,
            cast(summed_windows.{{ definition[0] }} as double) as total_value
        from summed_windows
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

projected_totals as (

    select
        stacked_totals.*,
        {{ safe_divide('baseline_totals.total_value', 'baseline_totals.day_count') }}
        * stacked_totals.day_count as baseline_projection
    from stacked_totals
    left join stacked_totals as baseline_totals
        on
            stacked_totals.total_id = baseline_totals.total_id
            and baseline_totals.window_id = 'baseline'

),

final as (

    select
        window_id,
        total_id,
        total_order,
        unit,
        total_value,
        baseline_projection,
        {{ safe_divide('total_value - baseline_projection', 'baseline_projection') }}
            as change_ratio,
        cast(day_count as bigint) as day_count
    from projected_totals

)

select * from final
