-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What is resampled, with the components of the metrics: the days of a phase, and
-- its clusters for all figures that are not divided by days. The parts of a cluster
-- (requests, tasks, feedback) are stacked and added up; a component that is none of a
-- part's is 0 there.
{% set all_columns = resampled_components() %}
{% set cluster_columns = resampled_components('cluster') %}
{% set parts = {
    'request_components': resampled_request_components().keys() | list,
    'task_components': [
        'task_count',
        'completed_task_count',
        'judged_task_count',
        'judged_completed_task_count',
    ],
    'feedback_components': [
        'quality_score_sum',
        'quality_score_count',
        'user_satisfaction_sum',
        'user_satisfaction_count',
        'cached_response_correct_count',
        'cached_response_judged_count',
    ],
} %}

with request_components as (

    select * from {{ ref('int_request_components') }}

),

task_components as (

    select * from {{ ref('int_task_components') }}

),

feedback_components as (

    select * from {{ ref('int_feedback_components') }}

),

day_components as (

    select * from {{ ref('int_day_components') }}

),

stacked_parts as (
    {% for part, part_columns in parts.items() %}
        select
            {{ part }}.phase_id,
            {{ part }}.cluster_id,
            {%- for column in cluster_columns %}
            {{ part ~ '.' ~ column if column in part_columns else '0' }} as {{ column }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ part }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}

),

summed_clusters as (

    select
        stacked_parts.phase_id,
        stacked_parts.cluster_id,
        {%- for column in cluster_columns %}
        sum(stacked_parts.{{ column }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from stacked_parts
    group by
        stacked_parts.phase_id,
        stacked_parts.cluster_id

),

final as (

    select
        summed_clusters.phase_id,
        'cluster' as resampled_unit,
        summed_clusters.cluster_id,
        {%- for column, data_type in all_columns.items() %}
        {%- set is_known = column in cluster_columns %}
        {%- set source = 'summed_clusters.' ~ column if is_known else 'null' %}
        cast(coalesce({{ source }}, 0) as {{ data_type }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from summed_clusters
    union all
    select
        day_components.phase_id,
        'day' as resampled_unit,
        {{ surrogate_key(['day_components.metric_date']) }} as cluster_id,
        {%- for column in all_columns %}
        day_components.{{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from day_components

)

select * from final
