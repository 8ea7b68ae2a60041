-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02

-- What adds up of everything the metrics are made of: hours add up to days, days to
-- phases. The grain is fine enough for both UTC hours and days of a time zone that is
-- off by half an hour. Tasks and batches do not add up: one that is worked on in two
-- hours counts in both, and in their day once. Each window counts them anew. Counts,
-- tokens and times of nothing are 0, and so is the cost where there was no request;
-- where there was one, a cost that is null is unknown and stays null.
{% set request_aggregates = {
    'quality_score_sum': 'sum(cast(quality_score as decimal(18, 9)))',
    'quality_score_count': 'count(quality_score)',
} %}
{% for column, definition in request_components().items() %}
    {% do request_aggregates.update({column: definition[1]}) %}
{% endfor %}
{% set parts = [
    ('requests', 'requested_hour_at', 'requested_date', request_aggregates),
    ('dated_events', 'occurred_hour_at', 'occurred_date', {
        'optimization_event_count': 'count(*)',
        'lazy_deferred_count': "count(*) filter (where event_type = 'LAZY_DEFERRED')",
        'lazy_loaded_count': "count(*) filter (where event_type = 'LAZY_LOADED')",
    }),
    ('dated_feedback', 'submitted_hour_at', 'submitted_date', {
        'quality_score_sum': 'sum(cast(quality_score as decimal(18, 9)))',
        'quality_score_count': 'count(quality_score)',
        'user_satisfaction_sum': 'sum(cast(user_satisfaction as decimal(18, 9)))',
        'user_satisfaction_count': 'count(user_satisfaction)',
        'cached_response_correct_count':
            'count(*) filter (where is_cached_response_correct)',
        'cached_response_judged_count': 'count(is_cached_response_correct)',
    }),
] %}
{% set columns = component_columns(additive=true) %}

with days as (

    select * from {{ ref('int_reporting_days') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

feedback as (

    select * from {{ ref('stg_tars__feedback') }}

),

dated_events as (

    select
        event_type,
        date_trunc('hour', occurred_at) as occurred_hour_at,
        {{ reporting_date('occurred_at') }} as occurred_date
    from events

),

dated_feedback as (

    select
        user_satisfaction,
        quality_score,
        is_cached_response_correct,
        date_trunc('hour', submitted_at) as submitted_hour_at,
        {{ reporting_date('submitted_at') }} as submitted_date
    from feedback

),

-- One row per hour and part; what a part does not count is null there.
count_parts as (
    {% for part, hour_column, date_column, aggregates in parts %}
        select
            {{ hour_column }} as metric_hour_at,
            {{ date_column }} as metric_date,
            {%- for column in columns %}
                {{ aggregates.get(column, 'null') }} as {{ column }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ part }}
        group by
            {{ hour_column }},
            {{ date_column }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

add_up_parts as (

    select
        metric_hour_at,
        metric_date,
        {%- for column in columns %}
            sum({{ column }}) as {{ column }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from count_parts
    group by
        metric_hour_at,
        metric_date

),

final as (

    select
        add_up_parts.metric_hour_at,
        add_up_parts.metric_date,
        {%- for column, data_type in columns.items() %}
            {%- if column == 'recorded_cost_usd' %}
                cast(add_up_parts.{{ column }} as {{ data_type }}) as {{ column }}
            {%- elif column in cost_columns() %}
                cast(
                    case
                        when add_up_parts.request_count > 0
                            then add_up_parts.{{ column }}
                        else 0
                    end as {{ data_type }}
                ) as {{ column }}
            {%- else %}
                cast(coalesce(add_up_parts.{{ column }}, 0) as {{ data_type }})
                    as {{ column }}
            {%- endif %}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from add_up_parts
    inner join days on add_up_parts.metric_date = days.metric_date

)

select * from final
