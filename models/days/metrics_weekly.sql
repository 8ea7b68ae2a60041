{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_outdated(ref('int_reporting_weeks'), 'week_start_date') }}",
    )
}}

-- Sums of the days' components and ratios of the sums; percentiles anew from the
-- requests. The first and last week may be cut off by the data: day_count says how much
-- there is.
with weeks as (

    select * from {{ ref('int_reporting_weeks') }}

),

days as (

    select * from {{ ref('metrics_daily') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

outdated_weeks as (

    {{ outdated_periods('weeks', 'week_start_date') }}

),

{{ metrics_of_days('outdated_weeks', 'week_start_date') }}

select * from final
