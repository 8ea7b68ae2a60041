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
        {{ metric_columns(kind='percentile') }}
    from requests
    where requested_date in (select outdated_days.metric_date from outdated_days)
    group by requested_date

),

sum_days as (

    select
        outdated_days.metric_date,
        outdated_days.fingerprint,
        cast(outdated_days.day_count as bigint) as day_count,
        {{ component_sums('components') }}
    from outdated_days
    left join components
        on outdated_days.metric_date = components.metric_date
    group by
        outdated_days.metric_date,
        outdated_days.fingerprint,
        outdated_days.day_count

),

sum_components as (

    select
        sum_days.*,
        cast(case when sum_days.api_call_count > 0 then 1 else 0 end as bigint)
            as active_day_count
    from sum_days

),

{{ metrics_of_sums('metric_date', ['day_count', 'active_day_count']) }}

select * from final
