-- What each window adds up to, beside what the baseline would have come to in as many
-- calendar days:
--   baseline_projection = the baseline's total / its calendar days × the window's
--   change_ratio        = (total − projection) / projection
-- Only loaded days count, so a window that is not full is compared with as few days.
{%- set totals = {
    'cost': ['cost_usd', 'usd'],
    'api_calls': ['api_call_count', 'count'],
    'tokens': ['token_count', 'tokens'],
} %}

with dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

windows as (

    select * from {{ ref('int_window_components') }}

),

summed_windows as (

    select
        windows.*,
        dashboard_windows.window_id as dashboard_window_id
    from dashboard_windows
    inner join windows
        on
            coalesce(
                'phase/' || dashboard_windows.phase_id, dashboard_windows.window_id
            )
            = windows.window_id
    where windows.request_count is not null

),

stacked_totals as (
    {% for total_id, definition in totals.items() %}
        select
            summed_windows.dashboard_window_id as window_id,
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
