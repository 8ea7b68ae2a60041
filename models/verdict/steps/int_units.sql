-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- The units of work of each comparison, in baseline and phase, each in the stratum of
-- work it belongs to. A unit is a task, by what the window shows of it; where
-- too few calls of one of the two windows carry a task id, an API call. A call without
-- a task id adds its cost to its stratum and is no unit.
--   stratum  source and task type; where a source hardly logs task types in one of the
--            two windows, source, model family and size class (digits of output tokens)
--   session_count, day_count  1 on the first unit of each, to count them by
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('int_unit_requests') }}

),

experiment_requests as (

    select * from {{ ref('int_experiment_requests') }}

),

comparisons as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        false as is_experiment
    from phase_windows
    where
        not phase_windows.is_baseline
        and phase_windows.baseline_phase_id is not null
    union all
    select distinct
        experiment_requests.comparison_id as phase_id,
        experiment_requests.reference_id as baseline_phase_id,
        true as is_experiment
    from experiment_requests

),

compared_windows as (

    select
        comparisons.*,
        sides.is_baseline_side,
        case
            when sides.is_baseline_side then comparisons.baseline_phase_id
            else comparisons.phase_id
        end as window_id
    from comparisons
    cross join (values (true), (false)) as sides (is_baseline_side)

),

known_windows as (

    select
        requests.phase_id as window_id,
        cast(count(requests.task_id) as double) / count(*) as task_share,
        cast(count(requests.session_id) as double) / count(*) as session_share,
        count(distinct requests.session_id) as session_count
    from requests
    group by requests.phase_id

),

chosen_kinds as (

    select
        compared_windows.phase_id,
        min(known_windows.task_share) >= {{ var('minimum_labelled_share') }}
            as has_tasks,
        min(known_windows.session_share) >= {{ var('minimum_labelled_share') }}
        and min(known_windows.session_count) >= {{ var('minimum_clusters') }}
            as has_sessions
    from compared_windows
    inner join known_windows on compared_windows.window_id = known_windows.window_id
    group by compared_windows.phase_id

),

known_sources as (

    select
        requests.phase_id as window_id,
        requests.source_system,
        cast(count(requests.task_type) as double) / count(*) as type_share
    from requests
    group by requests.phase_id, requests.source_system

),

typed_sources as (

    select
        compared_windows.phase_id,
        known_sources.source_system,
        min(known_sources.type_share) >= {{ var('minimum_labelled_share') }}
            as has_types
    from compared_windows
    inner join known_sources on compared_windows.window_id = known_sources.window_id
    group by compared_windows.phase_id, known_sources.source_system

),

compared_requests as (

    select
        compared_windows.phase_id as compared_phase_id,
        compared_windows.baseline_phase_id as compared_baseline_id,
        compared_windows.is_experiment,
        compared_windows.is_baseline_side,
        typed_sources.has_types,
        chosen_kinds.has_tasks,
        chosen_kinds.has_sessions,
        coalesce(
            case when chosen_kinds.has_tasks then requests.task_id end,
            requests.request_id
        ) as unit_id,
        not chosen_kinds.has_tasks or requests.task_id is not null as is_unit,
        requests.*
    from compared_windows
    inner join chosen_kinds on compared_windows.phase_id = chosen_kinds.phase_id
    inner join requests on compared_windows.window_id = requests.phase_id
    inner join typed_sources
        on
            compared_windows.phase_id = typed_sources.phase_id
            and requests.source_system = typed_sources.source_system

),

summed_units as (

    select
        compared_phase_id as phase_id,
        compared_baseline_id as baseline_phase_id,
        is_experiment,
        is_baseline_side,
        has_types,
        has_tasks,
        has_sessions,
        is_unit,
        source_system,
        unit_id,
        min({{ struct_of([
            'requested_at', 'request_id', 'cluster_id', 'requested_date', 'session_id'
        ]) }}) as first_request,
        min_by(task_type, {{ struct_of(['requested_at', 'request_id']) }})
            filter (where task_type is not null) as task_type,
        max({{ struct_of(['cost_at_baseline_usd', 'model_family']) }})
            as dearest_request,
        sum(output_tokens) as output_tokens,
        sum(cost_at_baseline_usd) as cost_usd,
        count(*) as call_count,
        max({{ struct_of(['requested_at', 'request_id', 'status']) }}) as last_request,
        count(*) filter (where status = 'error') as error_count,
        count(*) filter (where status <> 'unknown') as judged_call_count,
        sum(quality_score) as quality_score_sum,
        count(quality_score) as quality_score_count
    from compared_requests
    group by all

),

final as (

    select
        summed_units.phase_id,
        summed_units.baseline_phase_id,
        summed_units.is_experiment,
        summed_units.is_baseline_side,
        summed_units.has_tasks,
        summed_units.has_types,
        summed_units.source_system || '/' || case
            when summed_units.has_types then coalesce(summed_units.task_type, '')
            else
                summed_units.dearest_request.model_family || '/'
                || length(cast(summed_units.output_tokens as {{ dbt.type_string() }}))
        end as stratum,
        summed_units.first_request.cluster_id,
        summed_units.first_request.requested_date,
        cast(summed_units.is_unit as integer) as unit_count,
        summed_units.call_count,
        summed_units.error_count,
        summed_units.judged_call_count,
        summed_units.quality_score_sum,
        summed_units.quality_score_count,
        cast(
            summed_units.is_unit and summed_units.last_request.status <> 'unknown'
            as integer
        ) as judged_unit_count,
        cast(
            summed_units.is_unit and summed_units.last_request.status = 'ok' as integer
        ) as completed_unit_count,
        cast(summed_units.cost_usd as decimal(18, 9)) as cost_usd,
        cast(
            summed_units.has_sessions
            and summed_units.first_request.session_id is not null
            and row_number() over (
                partition by
                    summed_units.phase_id,
                    summed_units.is_baseline_side,
                    summed_units.source_system,
                    summed_units.first_request.session_id
                order by summed_units.first_request
            ) = 1 as integer
        ) as session_count,
        cast(
            row_number() over (
                partition by
                    summed_units.phase_id,
                    summed_units.is_baseline_side,
                    summed_units.first_request.requested_date
                order by summed_units.first_request
            ) = 1 as integer
        ) as day_count
    from summed_units

)

select * from final
