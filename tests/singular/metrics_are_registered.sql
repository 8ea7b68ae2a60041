-- The seed metric_definitions and the macros of macros/metrics name the same metrics.
with registered as (

    select metric_id from {{ ref('metric_definitions') }}

),

computed as (
    {% for metric_id in metric_ids() %}
        select '{{ metric_id }}' as metric_id
        {{- ' union all' if not loop.last }}
    {%- endfor %}

)

select
    registered.metric_id as registered_metric_id,
    computed.metric_id as computed_metric_id
from registered
full outer join computed
    on registered.metric_id = computed.metric_id
where
    registered.metric_id is null
    or computed.metric_id is null
