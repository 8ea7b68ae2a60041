{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_reporting_months'), 'month_start_date') }}",
    )
}}

-- Sums of the days' components and ratios of the sums; percentiles anew from the
-- requests. The first and last month may be cut off by the data: day_count says how
-- much there is.
with months as (

    select * from {{ ref('int_reporting_months') }}

),

days as (

    select * from {{ ref('metrics_daily') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

outdated_months as (

    {{ outdated_periods('months', 'month_start_date') }}

),

measure_percentiles as (

    select
        outdated_months.month_start_date,
    {%- for metric_id in metric_ids(kind='percentile') %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from requests
    inner join outdated_months
        on
            requests.requested_date
            between outdated_months.first_date and outdated_months.last_date
    group by outdated_months.month_start_date

),

sum_components as (

    select
        outdated_months.month_start_date,
        outdated_months.fingerprint,
        cast(sum(days.day_count) as bigint) as day_count,
        cast(sum(days.active_day_count) as bigint) as active_day_count,
    {%- for column, data_type in component_columns().items() %}
        {{ sum_component('days', column, data_type) }} as {{ column }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from outdated_months
    inner join days
        on
            days.metric_date
            between outdated_months.first_date and outdated_months.last_date
    group by
        outdated_months.month_start_date,
        outdated_months.fingerprint

),

measure_ratios as (

    select
        month_start_date,
    {%- for metric_id in metric_ids(kind='ratio') %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from sum_components
    group by month_start_date

),

final as (

    select
        sum_components.month_start_date,
        sum_components.day_count,
        sum_components.active_day_count,
        {%- for column in component_columns() %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for metric_id in metric_ids() %}
            {{ metric_relation(metric_id) }}.{{ metric_id }},
        {%- endfor %}
        sum_components.fingerprint
    from sum_components
    inner join measure_ratios
        on sum_components.month_start_date = measure_ratios.month_start_date
    left join measure_percentiles
        on sum_components.month_start_date = measure_percentiles.month_start_date

)

select * from final
