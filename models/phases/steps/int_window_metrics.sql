-- Every metric of the registry over every window, from the same definitions as the
-- tables of hours, days, weeks and months, with why it has no value where it has none:
-- a window without tasks names none, whatever is known of its cost.
{#- A metric rests on what it is divided by where that is a count of observations, else
    on the API calls, however many days or tokens they are divided by. #}
{%- set no_observations = [
    'active_day_count', 'day_count', 'token_count', 'cache_judged_prompt_tokens',
    'cost_usd',
] %}
{%- set event_components = [
    'optimization_event_count', 'lazy_deferred_count', 'lazy_loaded_count',
] %}
{%- set costs = "'" ~ cost_columns() | join("', '") ~ "'" %}

with windows as (

    select * from {{ ref('int_window_components') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

measured_windows as (

    select
        windows.window_id,
        {%- for metric_id in metric_ids() %}
            {%- if metric_id in metric_ids(kind='percentile') %}
                max(windows.{{ metric_id }}) as {{ metric_id }},
            {%- else %}
                {{ metric_value(metric_id) }} as {{ metric_id }},
            {%- endif %}
            {{ metric_numerator(metric_id) }} as {{ metric_id }}_numerator,
            {{ metric_denominator(metric_id) }} as {{ metric_id }}_denominator,
            {%- set denominator = metric_definition(metric_id)['denominator'] %}
            {{ weighted_sum(
                'api_call_count' if denominator in no_observations else denominator
            ) }} as {{ metric_id }}_sample_count,
        {%- endfor %}
        max(windows.task_count) as task_count,
        max(windows.uncosted_api_call_count) as uncosted_api_call_count,
        max(windows.api_call_count) as api_call_count
    from windows
    group by windows.window_id

),

stacked_metrics as (
    {% for metric_id in metric_ids() %}
        select
            measured_windows.*,
            '{{ metric_id }}' as metric_id,
            {{ metric_id }} as metric_value,
            {{ metric_id }}_numerator as numerator,
            {{ metric_id }}_denominator as denominator,
            {{ metric_id }}_sample_count as sample_count,
            {{ metric_id not in metric_ids(per_hour=true) }} as is_per_day,
            {{ metric_definition(metric_id)['numerator'] in event_components }}
                as is_of_event_log
        from measured_windows
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}

),

final as (

    select
        stacked_metrics.window_id,
        stacked_metrics.metric_id,
        metric_definitions.unit,
        metric_definitions.direction,
        stacked_metrics.metric_value,
        stacked_metrics.numerator,
        stacked_metrics.denominator,
        cast(coalesce(stacked_metrics.sample_count, 0) as bigint) as sample_count,
        case
            when
                metric_definitions.denominator = 'task_count'
                and stacked_metrics.task_count = 0
                then 'the log names no task'
            when
                stacked_metrics.uncosted_api_call_count > 0
                and stacked_metrics.uncosted_api_call_count
                < stacked_metrics.api_call_count
                and (
                    metric_definitions.numerator in ({{ costs }})
                    or metric_definitions.denominator in ({{ costs }})
                )
                then 'the cost of some API calls is unknown'
            else metric_definitions.missing_cause
        end as missing_cause,
        stacked_metrics.is_per_day,
        stacked_metrics.is_of_event_log
    from stacked_metrics
    inner join metric_definitions
        on stacked_metrics.metric_id = metric_definitions.metric_id

)

select * from final
