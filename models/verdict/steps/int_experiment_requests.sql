-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The API calls of each experiment and the side they are on: by the label they carry,
-- or by the day of the schedule. A call that carries both labels is on no side.
--   comparison_id, reference_id, window_id  the experiment, its control and the side,
--                 as keys that no phase can have
--   assigned_key  what was put on a side as a whole; null where the log names none
--   cluster_id    its key, by which it is resampled; null for sessions, which have one
{% set comparison = surrogate_key(["'experiment'", 'experiments.experiment_id', 1]) %}
{% set reference = surrogate_key(["'experiment'", 'experiments.experiment_id', 0]) %}
{% set assigned_keys = {
    'session': "requests.source_system || '/' || requests.session_id",
    'task': "requests.source_system || '/'"
    ~ ' || nullif(requests.task_id, requests.request_id)',
    'user': 'requests.user_name',
    'project': 'requests.project',
} %}

with experiments as (

    select * from {{ ref('experiments') }}

),

experiment_days as (

    select * from {{ ref('experiment_days') }}

),

requests as (

    select * from {{ ref('fct_requests') }}
    where is_api_call

),

labelled as (

    select
        experiments.experiment_id,
        {{ comparison }} as comparison_id,
        {{ reference }} as reference_id,
        experiments.label_kind,
        experiments.control_value,
        experiments.treated_value,
        experiment_days.pair_number,
        experiment_days.is_treated as is_treated_day,
        case experiments.label_kind
            when 'arm' then requests.arm
            when 'user' then requests.user_name
            when 'project' then requests.project
            when 'model' then requests.model_family
            when 'tag' then requests.tags
        end as label_value,
        case experiments.assigned_unit
            {%- for unit, key in assigned_keys.items() %}
                when '{{ unit }}' then {{ key }}
            {%- endfor %}
        end as assigned_key,
        experiments.assigned_unit,
        requests.request_id,
        requests.requested_date
    from experiments
    inner join requests
        on
            requests.requested_date
            between experiments.start_date and experiments.end_date
    left join experiment_days
        on
            experiments.experiment_id = experiment_days.experiment_id
            and requests.requested_date = experiment_days.experiment_date
    where
        experiments.label_kind <> 'schedule'
        or (
            experiment_days.experiment_date is not null
            and extract(hour from {{ utc_to_local('requests.requested_at') }})
            >= coalesce(experiments.washout_hours, 0)
        )

),

matched as (

    select
        labelled.*,
        {%- for side in ['control', 'treated'] %}
            coalesce(
                case labelled.label_kind
                    when 'schedule'
                        then {{ 'not ' if side == 'control' }}labelled.is_treated_day
                    when 'tag'
                        then
                            position(
                                '"' || labelled.{{ side }}_value || '"'
                                in labelled.label_value
                            ) > 0
                            or position(
                                ',' || labelled.{{ side }}_value || ','
                                in ','
                                || replace(labelled.label_value, ', ', ',')
                                || ','
                            ) > 0
                    else
                        position(
                            '|' || labelled.label_value || '|'
                            in '|' || labelled.{{ side }}_value || '|'
                        ) > 0
                end,
                false
            ) as is_{{ side }}{{ ',' if not loop.last }}
        {%- endfor %}
    from labelled

),

final as (

    select
        matched.experiment_id,
        matched.comparison_id,
        matched.reference_id,
        case
            when matched.is_control = matched.is_treated then null
            when matched.is_treated then matched.comparison_id
            else matched.reference_id
        end as window_id,
        matched.request_id,
        case
            when matched.assigned_key is not null and matched.assigned_unit <> 'session'
                then {{ surrogate_key([
                    'matched.assigned_unit', 'matched.assigned_key'
                ]) }}
        end as cluster_id,
        matched.assigned_key,
        matched.pair_number,
        matched.label_value is not null as has_label,
        matched.requested_date
    from matched

)

select * from final
