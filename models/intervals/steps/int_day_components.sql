-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The components of the metrics of each day of a phase, and its cost at the baseline's
-- prices, rounded to nano-dollars like every cost. A task is counted once, on the day
-- of its last request in the phase, so that the days add up to the phase.
{% set columns = resampled_components() %}
{% set task_columns = [
    'task_count',
    'completed_task_count',
    'judged_task_count',
    'judged_completed_task_count',
] %}
{% set counted_columns = ['judged_api_call_count'] %}
{% for metric_id in metric_ids(kind='percentile') %}
    {% do counted_columns.append(metric_id ~ '_below_count') %}
{% endfor %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

request_components as (

    select * from {{ ref('int_request_components') }}

),

task_components as (

    select * from {{ ref('int_task_components') }}

),

daily_cells as (

    select * from {{ ref('int_cost_cells_daily') }}

),

count_requests as (

    select
        request_components.phase_id,
        request_components.requested_date,
        {%- for column in columns if column in counted_columns %}
        sum(request_components.{{ column }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from request_components
    group by
        request_components.phase_id,
        request_components.requested_date

),

count_tasks as (

    select
        task_components.phase_id,
        task_components.requested_date,
        {%- for column in task_columns %}
        sum(task_components.{{ column }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from task_components
    group by
        task_components.phase_id,
        task_components.requested_date

),

reprice_days as (

    select
        daily_cells.phase_id,
        daily_cells.requested_date,
        sum(daily_cells.constant_price_cost_usd) as constant_price_cost_usd
    from daily_cells
    group by
        daily_cells.phase_id,
        daily_cells.requested_date

),

final as (

    select
        phase_windows.phase_id,
        metrics_daily.metric_date,
        {%- for column, data_type in columns.items() %}
        {%- if column in counted_columns %}
        {%- set source = 'count_requests.' ~ column %}
        {%- elif column in task_columns %}
        {%- set source = 'count_tasks.' ~ column %}
        {%- elif column == 'constant_price_cost_usd' %}
        {%- set source = 'reprice_days.' ~ column %}
        {%- else %}
        {%- set source = 'metrics_daily.' ~ column %}
        {%- endif %}
        cast(coalesce({{ source }}, 0) as {{ data_type }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from phase_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
    left join count_requests
        on
            phase_windows.phase_id = count_requests.phase_id
            and metrics_daily.metric_date = count_requests.requested_date
    left join count_tasks
        on
            phase_windows.phase_id = count_tasks.phase_id
            and metrics_daily.metric_date = count_tasks.requested_date
    left join reprice_days
        on
            phase_windows.phase_id = reprice_days.phase_id
            and metrics_daily.metric_date = reprice_days.requested_date

)

select * from final
