-- Every hour of UTC from the first to the last input, but for silences that the days
-- leave out too. An hour without requests has counts of 0 and null ratios; metrics that
-- are divided by days have no hourly value.
with components as (

    select * from {{ ref('int_metric_components') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

input_hours as (

    select
        metric_hour_at,
        lead(metric_hour_at) over (order by metric_hour_at) as next_hour_at
    from components
    group by metric_hour_at

),

runs as (

    select
        metric_hour_at as first_hour_at,
        case
            when
                next_hour_at
                <= metric_hour_at
                + {{ hours_interval(24 * (var('longest_silence_days') + 1)) }}
                then next_hour_at - {{ hours_interval(1) }}
            else metric_hour_at
        end as last_hour_at
    from input_hours

),

spine as (

    {{ hour_spine_between('runs', 'first_hour_at', 'last_hour_at', 'metric_hour_at') }}

),

sum_windows as (

    select
        spine.metric_hour_at,
        {{ component_sums('components') }}
    from spine
    left join components on spine.metric_hour_at = components.metric_hour_at
    group by spine.metric_hour_at

),

window_requests as (

    select
        requests.*,
        requests.requested_hour_at as metric_hour_at
    from requests

),

{{ metrics_of_windows('metric_hour_at', per_hour=true) }}

select * from final
