-- Every alert of the alerts seed with the value it observed. The most severe rule that
-- fires decides; while none fires, the rule shown is the one that would fire first.

with alerts as (

    select * from {{ ref('alerts') }}

),

dashboard_windows as (

    select * from {{ ref('dashboard_windows') }}

),

dashboard_metrics as (

    select * from {{ ref('dashboard_metrics') }}

),

observed_rules as (

    select
        alerts.*,
        dashboard_metrics.unit,
        dashboard_metrics.metric_name,
        dashboard_metrics.metric_value,
        dashboard_metrics.baseline_value,
        dashboard_metrics.missing_cause,
        coalesce(dashboard_metrics.sample_count, 0) as sample_count,
        coalesce(
            dashboard_windows.day_count > 0
            and dashboard_windows.day_count = dashboard_windows.baseline_day_count,
            false
        ) as is_only_baseline,
        case
            when alerts.measure = 'value' then dashboard_metrics.metric_value
            when
                dashboard_windows.day_count > dashboard_windows.baseline_day_count
                or dashboard_windows.hour_at is not null
                then dashboard_metrics.reduction_ratio
        end as observed_value
    from alerts
    left join dashboard_windows on alerts.time_window = dashboard_windows.window_id
    left join dashboard_metrics
        on
            alerts.time_window = dashboard_metrics.window_id
            and alerts.metric_id = dashboard_metrics.metric_id

),

judged_rules as (

    select
        *,
        coalesce(
            case comparison
                when 'below' then observed_value < threshold
                when 'at most' then observed_value <= threshold
                when 'at least' then observed_value >= threshold
                when 'above' then observed_value > threshold
            end,
            false
        ) as is_firing,
        case severity when 'critical' then 2 else 1 end as severity_rank
    from observed_rules

),

ranked_rules as (

    select
        *,
        row_number() over (
            partition by alert_id
            order by
                is_firing desc,
                case when is_firing then -severity_rank else severity_rank end
        ) as rule_order
    from judged_rules

),

final as (

    select
        alert_id,
        alert_order,
        metric_id,
        metric_name,
        measure,
        time_window,
        comparison,
        threshold,
        unit,
        case
            when observed_value is null then 'not measurable'
            when is_firing then severity
            else 'ok'
        end as status,
        case
            when observed_value is null then metric_name
            when is_firing then alert_label
            else ok_label
        end as alert_label,
        observed_value,
        metric_value,
        baseline_value,
        sample_count,
        case
            when observed_value is not null then null
            when metric_value is null
                then coalesce(missing_cause, 'no data were logged')
            when is_only_baseline then 'only days of the baseline are loaded'
            when baseline_value is null then 'the baseline has no value'
            else 'the baseline is zero'
        end as missing_cause
    from ranked_rules
    where rule_order = 1

)

select * from final
