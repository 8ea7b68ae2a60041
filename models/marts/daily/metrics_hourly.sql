{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_reporting_hours'), 'metric_hour_at') }}",
    )
}}

-- Every hour of UTC from the first to the last input. An hour without requests has
-- counts of 0 and null ratios; metrics that are divided by days have no hourly value.
with hours as (

    select * from {{ ref('int_reporting_hours') }}

),

components as (

    select * from {{ ref('int_metric_components') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

outdated_hours as (

    {{ outdated_periods('hours', 'metric_hour_at') }}

),

measure_percentiles as (

    select
        requested_hour_at as metric_hour_at,
    {%- for metric_id in metric_ids(kind='percentile') %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from requests
    where
        requested_hour_at in (
            select outdated_hours.metric_hour_at from outdated_hours
        )
    group by requested_hour_at

),

sum_components as (

    select
        outdated_hours.metric_hour_at,
        outdated_hours.fingerprint,
    {%- for column, data_type in component_columns().items() %}
        {{ sum_component('components', column, data_type) }} as {{ column }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from outdated_hours
    left join components
        on outdated_hours.metric_hour_at = components.metric_hour_at
    group by
        outdated_hours.metric_hour_at,
        outdated_hours.fingerprint

),

measure_ratios as (

    select
        metric_hour_at,
    {%- for metric_id in metric_ids(kind='ratio', per_hour=true) %}
        {{ metric_value(metric_id) }} as {{ metric_id }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from sum_components
    group by metric_hour_at

),

final as (

    select
        sum_components.metric_hour_at,
        {%- for column in component_columns() %}
            sum_components.{{ column }},
        {%- endfor %}
        {%- for metric_id in metric_ids(per_hour=true) %}
            {{ metric_relation(metric_id) }}.{{ metric_id }},
        {%- endfor %}
        sum_components.fingerprint
    from sum_components
    inner join measure_ratios
        on sum_components.metric_hour_at = measure_ratios.metric_hour_at
    left join measure_percentiles
        on sum_components.metric_hour_at = measure_percentiles.metric_hour_at

)

select * from final
