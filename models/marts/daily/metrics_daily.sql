{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_reporting_days'), 'metric_date') }}",
    )
}}

-- Every day of the reporting time zone from the first to the last input. A day without
-- requests has counts and cost of 0 and null ratios; a cost is null where there were
-- calls and none of them has a known cost.
with days as (

    select * from {{ ref('int_reporting_days') }}

),

components as (

    select * from {{ ref('int_metric_components') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

outdated_days as (

    {{ outdated_periods('days', 'metric_date') }}

),

measure_percentiles as (

    select
        requested_date as metric_date,
    {%- for metric_id in metric_ids(kind='percentile') %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from requests
    where requested_date in (select outdated_days.metric_date from outdated_days)
    group by requested_date

),

sum_components as (

    select
        outdated_days.metric_date,
        outdated_days.fingerprint,
        cast(outdated_days.day_count as bigint) as day_count,
    {%- for column, data_type in component_columns().items() %}
        {{ sum_component('components', column, data_type) }} as {{ column }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from outdated_days
    left join components
        on outdated_days.metric_date = components.metric_date
    group by
        outdated_days.metric_date,
        outdated_days.fingerprint,
        outdated_days.day_count

),

count_active_days as (

    select
        sum_components.*,
        cast(case when sum_components.api_call_count > 0 then 1 else 0 end as bigint)
            as active_day_count
    from sum_components

),

measure_ratios as (

    select
        metric_date,
    {%- for metric_id in metric_ids(kind='ratio') %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from count_active_days
    group by metric_date

),

final as (

    select
        count_active_days.metric_date,
        count_active_days.day_count,
        count_active_days.active_day_count,
        {%- for column in component_columns() %}
            count_active_days.{{ column }},
        {%- endfor %}
        {%- for metric_id in metric_ids() %}
            {{ metric_relation(metric_id) }}.{{ metric_id }},
        {%- endfor %}
        count_active_days.fingerprint
    from count_active_days
    inner join measure_ratios
        on count_active_days.metric_date = measure_ratios.metric_date
    left join measure_percentiles
        on count_active_days.metric_date = measure_percentiles.metric_date

)

select * from final
