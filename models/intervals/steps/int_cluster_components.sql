-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What is resampled, with the components of the metrics: the days of a phase, and for
-- all figures that are not divided by days its clusters and, where a cluster goes on
-- for more than a day, what it did on each (`cluster_day`: what sessions and days have
-- in common). The parts of a cluster (requests, tasks, feedback) are stacked and added
-- up; a component that is none of a part's is 0 there.
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
            {{ part }}.requested_date,
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

summed_cells as (

    select
        stacked_parts.phase_id,
        stacked_parts.cluster_id,
        stacked_parts.requested_date,
        min(min(stacked_parts.requested_date)) over (
            partition by stacked_parts.cluster_id
        ) < max(max(stacked_parts.requested_date)) over (
            partition by stacked_parts.cluster_id
        ) as has_more_days,
        {%- for column in cluster_columns %}
        sum(stacked_parts.{{ column }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from stacked_parts
    group by
        stacked_parts.phase_id,
        stacked_parts.cluster_id,
        stacked_parts.requested_date

),

cluster_days as (

    select
        summed_cells.*,
        case
            when summed_cells.has_more_days
                then {{ surrogate_key([
                    'summed_cells.cluster_id', 'summed_cells.requested_date'
                ]) }}
            else summed_cells.cluster_id
        end as cell_id,
        bool_or(summed_cells.has_more_days) over () as is_needed
    from summed_cells

),

final as (
    {% for unit, id in {'cluster': 'cluster_id', 'cluster_day': 'cell_id'}.items() %}
    select
        cluster_days.phase_id,
        '{{ unit }}' as resampled_unit,
        cluster_days.{{ id }}{{ ' as cluster_id' if id != 'cluster_id' }},
        {%- for column, data_type in all_columns.items() %}
        {%- set is_known = column in cluster_columns %}
        {%- set source = 'sum(cluster_days.' ~ column ~ ')' if is_known else 'null' %}
        cast(coalesce({{ source }}, 0) as {{ data_type }}) as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from cluster_days
    {%- if unit == 'cluster_day' %}
    where cluster_days.is_needed
    {%- endif %}
    group by
        cluster_days.phase_id,
        cluster_days.{{ id }}
    union all
    {%- endfor %}
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
