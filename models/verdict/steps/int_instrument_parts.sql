-- What a source's log lost or moved between a phase and its baseline, one row a source
-- and check: a folder or a project that is silent in one window, calls that are missing
-- of sessions that are there.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

placed as (

    select
        compared.phase_id,
        windows.phase_id != compared.phase_id as is_base,
        requests.source_system,
        requests.project,
        requests.session_id,
        requests.cost_usd,
        requests.requested_date,
        split_part(
            split_part(files.path, '/api_responses/', 1), '/projects/', 1
        ) as folder
    from phase_windows as compared
    inner join phase_windows as windows
        on windows.phase_id in (compared.phase_id, compared.baseline_phase_id)
    inner join {{ ref('fct_requests') }} as requests
        on requests.requested_date between windows.start_date and windows.end_date
    left join {{ ref('stg_ledger__files') }} as files
        on requests.file_id = files.file_id
    where not compared.is_baseline and requests.is_api_call

),

-- Folders of a source: one that is silent in a window although its days in the other
-- are those of a folder that reports in both. Folders that follow each other are a log
-- that goes on elsewhere.
folder_days as (

    select
        phase_id,
        source_system,
        is_base,
        requested_date,
        folder,
        count(*) as call_count,
        sum(cost_usd) as cost_usd
    from placed
    group by all

),

lasting_days as (

    select
        *,
        min(is_base) over folders < max(is_base) over folders as is_in_both,
        sum(call_count) over windows as window_count,
        sum(cost_usd) over windows as window_cost_usd
    from folder_days
    window
        folders as (partition by phase_id, source_system, folder),
        windows as (partition by phase_id, is_base)

),

parallel_days as (

    select
        *,
        not is_in_both
        and bool_or(is_in_both) over (
            partition by phase_id, source_system, is_base, requested_date
        ) as is_stopped
    from lasting_days

),

folder_shares as (

    select
        phase_id,
        source_system,
        is_base,
        count(distinct folder) as folder_count,
        greatest(
            {%- for column in ['count', 'cost_usd'] %}
                {%- set summed = 'call_count' if column == 'count' else column %}
                coalesce(
                    sum({{ summed }}) filter (where is_stopped)
                    / nullif(max(window_{{ column }}), 0),
                    0
                ){{ ',' if not loop.last }}
            {%- endfor %}
        ) as weight
    from parallel_days
    group by phase_id, source_system, is_base

),

-- Projects: the greatest share of a window's calls or cost that one has which the other
-- window lacks. Both windows must name the project of nine calls in ten.
projects as (

    select
        phase_id,
        source_system,
        project,
        count(*) filter (where is_base) as base_count,
        count(*) filter (where not is_base) as phase_count,
        sum(cost_usd) filter (where is_base) as base_cost_usd,
        sum(cost_usd) filter (where not is_base) as phase_cost_usd
    from placed
    group by phase_id, source_system, project

),

project_shares as (

    select
        *,
        {%- for window in ['base', 'phase'] %}
            sum({{ window }}_count) filter (where project is not null) over sources
            / nullif(sum({{ window }}_count) over sources, 0)
                as {{ window }}_named_share,
        {%- endfor %}
        greatest(
            {%- for window in ['base', 'phase'] %}
                {{ window }}_count
                / nullif(sum({{ window }}_count) over phases, 0),
                coalesce(
                    {{ window }}_cost_usd
                    / nullif(sum({{ window }}_cost_usd) over phases, 0),
                    0
                )
                {{- ',' if not loop.last }}
            {%- endfor %}
        ) as weight
    from projects
    window
        phases as (partition by phase_id),
        sources as (partition by phase_id, source_system)

),

lost_shares as (

    select
        *,
        case
            when project is null or least(base_count, phase_count) > 0 then 0
            else weight
        end as lost_share
    from project_shares
    where base_named_share >= 0.9 and phase_named_share >= 0.9

),

lost_projects as (

    select
        *,
        row_number() over (
            partition by phase_id, source_system
            order by lost_share desc, project asc
        ) as loss_rank
    from lost_shares

),

-- Sessions: half of them have fewer calls than their median.
sessions as (

    select
        phase_id,
        source_system,
        is_base,
        session_id,
        count(*) as call_count
    from placed
    where session_id is not null
    group by phase_id, source_system, is_base, session_id

),

session_sizes as (

    select
        phase_id,
        source_system,
        count(*) filter (where is_base) as base_count,
        count(*) filter (where not is_base) as phase_count,
        {{ exact_percentile('call_count', 0.5, 'is_base') }} as base_calls_per_session,
        {{ exact_percentile('call_count', 0.5, 'not is_base') }}
            as phase_calls_per_session
    from sessions
    group by phase_id, source_system

),

final as (

    select
        phase_id,
        source_system,
        null as project,
        'source_coverage' as check_id,
        max(weight) as observed_value,
        max(folder_count) filter (where is_base) as baseline_reading,
        max(folder_count) filter (where not is_base) as phase_reading
    from folder_shares
    group by phase_id, source_system
    union all
    select
        phase_id,
        source_system,
        case when lost_share > 0 then project end as project,
        'project_coverage' as check_id,
        lost_share as observed_value,
        cast(base_count as double) as baseline_reading,
        cast(phase_count as double) as phase_reading
    from lost_projects
    where loss_rank = 1
    union all
    select
        phase_id,
        source_system,
        null as project,
        'calls_per_session' as check_id,
        case
            when
                greatest(base_count, phase_count)
                > 1.5 * least(base_count, phase_count)
                then 1
            else greatest(
                base_calls_per_session / phase_calls_per_session,
                phase_calls_per_session / base_calls_per_session
            )
        end as observed_value,
        base_calls_per_session as baseline_reading,
        phase_calls_per_session as phase_reading
    from session_sizes
    where least(base_count, phase_count) >= 10

)

select * from final
