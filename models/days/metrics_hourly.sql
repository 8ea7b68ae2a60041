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
        {{ metric_columns(kind='percentile') }}
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
        {{ component_sums('components') }}
    from outdated_hours
    left join components
        on outdated_hours.metric_hour_at = components.metric_hour_at
    group by
        outdated_hours.metric_hour_at,
        outdated_hours.fingerprint

),

{{ metrics_of_sums('metric_hour_at', [], per_hour=true) }}

select * from final
