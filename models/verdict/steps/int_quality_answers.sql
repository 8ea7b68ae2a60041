-- Did quality hold, of what the log can show? A metric that neither window logs is not
-- asked for, required or not. The answer names the metric it hangs on: the one that got
-- worse, else the first that is open.
--   days_needed  more days of the phase until the interval clears the margin, with 80 %
--                power; null where no number of days would do
{% set power_factor = (normal_quantile() + 0.8416212335729143) / normal_quantile() %}

with quality_checks as (

    select * from {{ ref('quality_checks') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

asked_metrics as (

    select
        quality_checks.*,
        case
            when quality_checks.status = 'worse' then 1
            when quality_checks.status = 'inconclusive' then 2
            when
                quality_checks.status = 'not enough data' and quality_checks.is_required
                then 3
            when quality_checks.status = 'not worse' then 4
            else 5
        end as rank_of_status,
        (quality_checks.worsening_high - quality_checks.worsening_low) / 2
        * {{ power_factor }} as half_width,
        quality_checks.margin
        - (quality_checks.worsening_high + quality_checks.worsening_low) / 2
            as distance,
        {{ safe_divide(
            'quality_checks.baseline_cluster_count',
            'quality_checks.baseline_cluster_count + quality_checks.phase_cluster_count'
        ) }} as variance_share
    from quality_checks
    where
        quality_checks.baseline_value is not null
        or quality_checks.phase_value is not null

),

deciding_metrics as (

    select
        asked_metrics.*,
        row_number() over (
            partition by asked_metrics.phase_id
            order by asked_metrics.rank_of_status, asked_metrics.margin_order
        ) as position_in_phase
    from asked_metrics

),

final as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        case
            when deciding.rank_of_status = 1 then 'worse'
            when deciding.rank_of_status in (2, 3) then 'open'
            when deciding.rank_of_status = 4 then 'held'
            else 'not_measured'
        end as answer,
        case
            when deciding.rank_of_status = 1 then 'beyond_margin'
            when deciding.rank_of_status = 2 then 'margin_in_interval'
            when
                deciding.rank_of_status = 3
                and (deciding.baseline_value is null or deciding.phase_value is null)
                then 'logged_in_one_window'
            when deciding.rank_of_status = 3 then 'too_little_data'
            when deciding.rank_of_status = 4 then null
            else 'not_logged'
        end as reason_code,
        deciding.metric_id as reason_metric_id,
        case
            when deciding.rank_of_status = 1 then deciding.worsening_low
            else deciding.worsening_high
        end as reason_value,
        deciding.margin as reason_limit,
        deciding.baseline_value,
        deciding.phase_value,
        deciding.change_ratio,
        deciding.change_ratio_low,
        deciding.change_ratio_high,
        case
            when deciding.rank_of_status = 2 and deciding.distance > 0
                then {{ days_needed(
                    'deciding.half_width',
                    'deciding.distance',
                    'deciding.variance_share',
                    'phase_windows.active_day_count',
                ) }}
        end as days_needed
    from phase_windows
    left join deciding_metrics as deciding
        on
            phase_windows.phase_id = deciding.phase_id
            and deciding.position_in_phase = 1
    where
        not phase_windows.is_baseline
        and phase_windows.baseline_phase_id is not null

)

select * from final
