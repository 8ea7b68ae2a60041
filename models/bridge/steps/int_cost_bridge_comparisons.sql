-- What the bridge compares: each phase with the baseline, and each loaded day of a
-- phase with the baseline's average day with calls. The counts that all models share,
-- and whether tokens at list prices explain the billed cost at all.
--   workload         tasks per day with calls; requests per day where one of the two
--                    windows counted no task (a task counts on the day it ends)
--   explained_share  billed cost of priced calls whose cost lies within the factor var
--                    bridge_billing_ratio_limit of their list cost, over the billed
--                    cost of all priced calls; of the whole phase, also for its days
{% set counts = [
    'active_day_count', 'task_count', 'request_count', 'api_call_count',
    'cache_hit_count', 'cost_usd',
] %}
{% set share_min = var('bridge_explained_cost_share_min') %}
with

phase_windows as (
    select * from {{ ref('phase_windows') }}
),

metrics_daily as (
    select * from {{ ref('metrics_daily') }}
),

daily_cells as (
    select * from {{ ref('int_cost_cells_daily') }}
),

stack_windows as (
    select
        phase_windows.phase_id,
        {% for count in counts %}
            phase_windows.{{ count }},
        {% endfor %}
        cast(null as date) as metric_date
    from phase_windows
    union all
    select
        phase_windows.phase_id,
        {% for count in counts %}
            metrics_daily.{{ count }},
        {% endfor %}
        metrics_daily.metric_date
    from phase_windows
    inner join metrics_daily
        on
            metrics_daily.metric_date
            between phase_windows.start_date and phase_windows.end_date
    where not phase_windows.is_baseline and metrics_daily.day_count > 0
),

sum_costs as (
    select
        phase_id,
        cast(sum(cost_usd) filter (where cell_kind = 'priced') as double)
            as priced_cost_usd,
        cast(sum(cost_usd) filter (where cell_kind = 'unpriced') as double)
            as unpriced_cost_usd,
        cast(sum(explained_cost_usd) as double) as explained_cost_usd,
        cast(sum(list_usd) as double) as list_cost_usd
    from daily_cells
    group by phase_id
),

measure_explanations as (
    select
        phase_id,
        case
            when priced_cost_usd > 0 then explained_cost_usd / priced_cost_usd
            when unpriced_cost_usd > 0 then 0
            else 1
        end as explained_share,
        case
            when list_cost_usd > 0 then priced_cost_usd / list_cost_usd
        end as billing_ratio
    from sum_costs
),

pair_windows as (
    select
        concat_ws(
            '/',
            phase_windows.phase_id,
            cast(after_window.metric_date as {{ dbt.type_string() }})
        ) as comparison_id,
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        after_window.metric_date,
        {% for moment, relation in [
            ('before', 'before_window'), ('after', 'after_window')
        ] %}
            {% for count in counts %}
                cast({{ relation }}.{{ count }} as double)
                    as {{ moment }}_{{ count | replace('active_', '') }},
            {% endfor %}
            {{ moment }}_explanation.explained_share as {{ moment }}_explained_share,
            {{ moment }}_explanation.billing_ratio as {{ moment }}_billing_ratio,
        {% endfor %}
        before_window.task_count > 0
        and after_window.task_count > 0 as is_task_counted,
        coalesce(
            before_explanation.explained_share >= {{ share_min }}
            and after_explanation.explained_share >= {{ share_min }},
            false
        ) as is_token_explained
    from phase_windows
    inner join stack_windows as after_window
        on phase_windows.phase_id = after_window.phase_id
    inner join stack_windows as before_window
        on
            phase_windows.baseline_phase_id = before_window.phase_id
            and before_window.metric_date is null
    left join measure_explanations as before_explanation
        on phase_windows.baseline_phase_id = before_explanation.phase_id
    left join measure_explanations as after_explanation
        on phase_windows.phase_id = after_explanation.phase_id
    where not phase_windows.is_baseline
),

explain_gaps as (
    select
        *,
        case
            when before_day_count = 0 then 'no_call_in_baseline'
            when after_day_count = 0 and metric_date is null
                then 'no_call_in_phase'
            when after_day_count = 0 then 'no_call_on_day'
            when before_cost_usd is null then 'no_cost_in_baseline'
            when after_cost_usd is null and metric_date is null
                then 'no_cost_in_phase'
            when after_cost_usd is null then 'no_cost_on_day'
        end as missing_reason
    from pair_windows
),

final as (
    select
        comparison_id,
        phase_id,
        baseline_phase_id,
        metric_date,

        {% for moment in ['before', 'after'] %}
            {{ moment }}_day_count,
            {{ moment }}_request_count,
            {{ moment }}_api_call_count,
            {{ moment }}_cache_hit_count,
            case
                when missing_reason is null
                    then {{ moment }}_cost_usd / {{ moment }}_day_count
            end as {{ moment }}_daily_usd,
            case
                when missing_reason is not null then null
                when is_task_counted
                    then {{ moment }}_task_count / {{ moment }}_day_count
                else {{ moment }}_request_count / {{ moment }}_day_count
            end as {{ moment }}_workload,
            case
                when missing_reason is not null then null
                when is_task_counted
                    then {{ moment }}_request_count / {{ moment }}_task_count
                else 1
            end as {{ moment }}_requests_per_task,
            {{ moment }}_explained_share,
            {{ moment }}_billing_ratio,
        {% endfor %}

        is_task_counted,
        is_token_explained,
        case
            when is_token_explained or missing_reason is not null then null
            when before_billing_ratio is null then 'no_list_price_in_baseline'
            when after_billing_ratio is null then 'no_list_price_in_phase'
            else 'share_too_low'
        end as token_explanation_code,
        missing_reason
    from explain_gaps
)

select * from final
