-- Every line of the baseline, phase and final reports that is a metric, as the layout
-- seed orders them: one block per report and phase. Special sections (sessions,
-- strategies, budget, targets) read their own marts.
--   baseline: the baseline alone; phase: each later phase beside the baseline;
--   final: the phase the plan calls final, else the last one, beside the baseline.

with report_layout as (

    select * from {{ ref('report_layout') }}

),

phase_windows as (

    select * from {{ ref('phase_windows') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

reported_phases as (

    select
        'baseline' as report_kind,
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        false as is_later_phase,
        false as is_final_by_fallback
    from phase_windows
    where phase_windows.phase_id = phase_windows.baseline_phase_id
    union all
    select
        'phase' as report_kind,
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        not phase_windows.is_first_optimized as is_later_phase,
        false as is_final_by_fallback
    from phase_windows
    where not phase_windows.is_baseline
    union all
    select
        'final' as report_kind,
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        false as is_later_phase,
        phase_windows.is_final_by_fallback
    from phase_windows
    where phase_windows.is_reported_final

),

final as (

    select
        reported_phases.report_kind,
        reported_phases.phase_id,
        reported_phases.baseline_phase_id,
        report_layout.section_order,
        case
            when reported_phases.is_later_phase
                then coalesce(
                    report_layout.later_section_title, report_layout.section_title
                )
            else report_layout.section_title
        end as section_title,
        report_layout.line_order,
        report_layout.line_label,
        report_layout.metric_id,
        metric_definitions.unit,
        metric_definitions.direction,
        baseline_metrics.metric_value as baseline_value,
        phase_metrics.metric_value as phase_value,
        phase_comparison.change_value,
        phase_comparison.change_ratio,
        report_layout.change_display,
        baseline_metrics.numerator as baseline_numerator,
        baseline_metrics.denominator as baseline_denominator,
        phase_metrics.numerator as phase_numerator,
        phase_metrics.denominator as phase_denominator,
        baseline_metrics.sample_count as baseline_sample_count,
        phase_metrics.sample_count,
        baseline_metrics.active_day_count as baseline_active_day_count,
        phase_metrics.active_day_count,
        reported_phases.is_final_by_fallback,
        coalesce(
            phase_comparison.missing_reason,
            phase_metrics.missing_cause || ' in this phase'
        ) as missing_reason
    from reported_phases
    inner join report_layout on reported_phases.report_kind = report_layout.report_kind
    left join metric_definitions
        on report_layout.metric_id = metric_definitions.metric_id
    left join phase_metrics
        on
            reported_phases.phase_id = phase_metrics.phase_id
            and report_layout.metric_id = phase_metrics.metric_id
    left join phase_metrics as baseline_metrics
        on
            reported_phases.baseline_phase_id = baseline_metrics.phase_id
            and report_layout.metric_id = baseline_metrics.metric_id
    left join phase_comparison
        on
            reported_phases.phase_id = phase_comparison.phase_id
            and report_layout.metric_id = phase_comparison.metric_id

)

select * from final
