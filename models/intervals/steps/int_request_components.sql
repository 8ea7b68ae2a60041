-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The components of the metrics that requests give, for each cluster on each day of a
-- phase: clusters and days are both added up from here. `…_below_count`: the values up
-- to the phase's own percentile; with them a percentile is resampled as the share of
-- values below it (Woodruff 1952).
{% set percentile_ids = metric_ids(kind='percentile') %}
{% set request_columns = resampled_request_components() %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

request_clusters as (

    select * from {{ ref('int_request_clusters') }}

),

phase_percentiles as (

    select
        phase_metrics.phase_id,
        {%- for metric_id in percentile_ids %}
        max(phase_metrics.metric_value) filter (
            where phase_metrics.metric_id = '{{ metric_id }}'
        ) as {{ metric_id }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from phase_metrics
    group by phase_metrics.phase_id

),

clustered_requests as (

    select
        requests.*,
        request_clusters.cluster_id,
        phase_windows.phase_id,
        bool_or(requests.status != 'unknown') over (
            partition by phase_windows.phase_id, requests.source_system
        ) as is_judged,
        {%- for metric_id in percentile_ids %}
        phase_percentiles.{{ metric_id }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from requests
    inner join request_clusters on requests.request_id = request_clusters.request_id
    inner join phase_windows
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    inner join phase_percentiles
        on phase_windows.phase_id = phase_percentiles.phase_id

),

final as (

    select
        phase_id,
        cluster_id,
        requested_date,
        {%- for column, aggregate in request_columns.items() %}
        {{ aggregate }} as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from clustered_requests
    group by
        phase_id,
        cluster_id,
        requested_date

)

select * from final
