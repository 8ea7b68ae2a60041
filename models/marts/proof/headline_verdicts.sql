-- One verdict a phase, and why. The first of these that holds:
--   not established        the daily cost cannot be compared; or a hygiene check is
--                          serious; or there is too little data for an interval
--   cost increase          the interval of the daily cost lies above zero
--   no saving established  that interval includes zero; or the cost per calendar day
--                          rose; or at the baseline's prices, or per task, nothing is
--                          seen to be saved
--   cheaper but worse      a quality check is 'worse'
--   not established        what a saving needs is unknown: prices, tasks, or that
--                          quality held
--   established saving     all of this is settled
-- Fewer tasks is no saving, nor is a lower price of the vendor. What is unknown never
-- passes.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

reductions as (

    select * from {{ ref('cost_reductions') }}

),

intervals as (

    select * from {{ ref('proof_intervals') }}

),

hygiene_checks as (

    select * from {{ ref('hygiene_checks') }}

),

quality_checks as (

    select * from {{ ref('quality_checks') }}

),

pivot_intervals as (

    select
        intervals.phase_id,
        {%- for metric_id in ['daily_cost', 'daily_cost_calendar', 'cost_per_task'] %}
        {%- for column in [
            'verdict', 'verdict_reason', 'change_value', 'change_ratio_low',
            'change_ratio_high'
        ] %}
                max(intervals.{{ column }}) filter (
                    where intervals.metric_id = '{{ metric_id }}'
                ) as {{ metric_id }}_{{ column }},
            {%- endfor %}
        {%- endfor %}
        count(*) as metric_count
    from intervals
    group by intervals.phase_id

),

count_hygiene as (

    select
        hygiene_checks.phase_id,
        count(*) filter (
            where hygiene_checks.status = 'serious'
        ) as serious_check_count,
        count(*) filter (
            where hygiene_checks.status = 'warning'
        ) as warning_check_count,
        -- Sentences, so the commas between them go.
        replace(
            {{ ordered_list(
                'hygiene_checks.sentence',
                'hygiene_checks.check_order',
                "hygiene_checks.status = 'serious'"
            ) }},
            '., ',
            '. '
        ) as serious_sentences
    from hygiene_checks
    group by hygiene_checks.phase_id

),

count_quality as (

    select
        quality_checks.phase_id,
        count(*) filter (
            where quality_checks.status = 'not worse'
        ) as held_quality_count,
        count(*) filter (where quality_checks.status = 'worse') as worse_quality_count,
        count(*) filter (
            where quality_checks.status = 'inconclusive'
            or (
                quality_checks.status = 'not enough data'
                and quality_checks.is_required
            )
        ) as unsettled_quality_count,
        {{ ordered_list(
            'quality_checks.metric_name',
            'quality_checks.margin_order',
            "quality_checks.status = 'worse'"
        ) }} as worse_metrics,
        {{ ordered_list(
            'quality_checks.metric_name',
            'quality_checks.margin_order',
            "quality_checks.status = 'inconclusive' or (
                quality_checks.status = 'not enough data' and quality_checks.is_required
            )"
        ) }} as unsettled_metrics
    from quality_checks
    group by quality_checks.phase_id

),

gather_evidence as (

    select
        reductions.phase_id,
        reductions.baseline_phase_id,
        reductions.baseline_daily_usd,
        reductions.phase_daily_usd,
        reductions.as_billed_reduction_ratio,
        reductions.constant_price_reduction_ratio,
        reductions.price_effect_ratio,
        reductions.workload_adjusted_reduction_ratio,
        reductions.missing_reason,
        reductions.constant_price_missing_reason,
        reductions.workload_adjusted_missing_reason,
        pivot_intervals.daily_cost_verdict,
        pivot_intervals.daily_cost_verdict_reason,
        pivot_intervals.daily_cost_change_value,
        0 - pivot_intervals.daily_cost_change_ratio_high
            as as_billed_reduction_ratio_low,
        0 - pivot_intervals.daily_cost_change_ratio_low
            as as_billed_reduction_ratio_high,
        pivot_intervals.daily_cost_calendar_change_value,
        pivot_intervals.cost_per_task_verdict,
        pivot_intervals.cost_per_task_verdict_reason,
        0 - pivot_intervals.cost_per_task_change_ratio_high
            as cost_per_task_reduction_ratio_low,
        0 - pivot_intervals.cost_per_task_change_ratio_low
            as cost_per_task_reduction_ratio_high,
        coalesce(count_hygiene.serious_check_count, 0) as serious_check_count,
        coalesce(count_hygiene.warning_check_count, 0) as warning_check_count,
        count_hygiene.serious_sentences,
        coalesce(count_quality.held_quality_count, 0) as held_quality_count,
        coalesce(count_quality.worse_quality_count, 0) as worse_quality_count,
        coalesce(count_quality.unsettled_quality_count, 0) as unsettled_quality_count,
        count_quality.worse_metrics,
        count_quality.unsettled_metrics
    from reductions
    inner join phase_windows on reductions.phase_id = phase_windows.phase_id
    left join pivot_intervals on reductions.phase_id = pivot_intervals.phase_id
    left join count_hygiene on reductions.phase_id = count_hygiene.phase_id
    left join count_quality on reductions.phase_id = count_quality.phase_id

),

find_causes as (

    select
        gather_evidence.*,
        case
            when gather_evidence.as_billed_reduction_ratio is null then 'no cost'
            when gather_evidence.serious_check_count > 0 then 'hygiene'
            when
                coalesce(gather_evidence.daily_cost_verdict, 'not enough data')
                = 'not enough data'
                then 'too little data'
            when gather_evidence.daily_cost_verdict = 'regressed' then 'rose'
            when gather_evidence.daily_cost_verdict = 'no clear change' then 'unclear'
            when gather_evidence.daily_cost_calendar_change_value >= 0
                then 'calendar days'
            when gather_evidence.constant_price_reduction_ratio <= 0 then 'vendor price'
            when
                gather_evidence.workload_adjusted_reduction_ratio <= 0
                or gather_evidence.cost_per_task_verdict
                in ('regressed', 'no clear change')
                then 'workload'
            when gather_evidence.worse_quality_count > 0 then 'worse'
            when gather_evidence.constant_price_reduction_ratio is null
                then 'prices unknown'
            when
                gather_evidence.workload_adjusted_reduction_ratio is null
                or coalesce(gather_evidence.cost_per_task_verdict, 'not enough data')
                = 'not enough data'
                then 'tasks unknown'
            when gather_evidence.unsettled_quality_count > 0 then 'quality unsettled'
            when gather_evidence.held_quality_count = 0 then 'quality unknown'
            else 'settled'
        end as cause
    from gather_evidence

),

final as (

    select
        find_causes.phase_id,
        find_causes.baseline_phase_id,
        case
            when find_causes.cause = 'settled' then 'established saving'
            when find_causes.cause = 'rose' then 'cost increase'
            when find_causes.cause = 'worse' then 'cheaper but worse'
            when
                find_causes.cause
                in ('unclear', 'calendar days', 'vendor price', 'workload')
                then 'no saving established'
            else 'not established'
        end as verdict,
        find_causes.cause,
        case find_causes.cause
            when 'no cost'
                then coalesce(find_causes.missing_reason, 'no cost is known')
            when 'hygiene'
                then
                    'the two windows cannot be compared. '
                    || rtrim(find_causes.serious_sentences, '.')
                    || case
                        when find_causes.daily_cost_change_value > 0
                            then '. As billed, daily cost rose'
                        else ''
                    end
            when 'too little data'
                then
                    coalesce(
                        find_causes.daily_cost_verdict_reason,
                        'there is no interval of the daily cost'
                    )
            when 'rose'
                then 'daily cost rose: ' || find_causes.daily_cost_verdict_reason
            when 'unclear' then find_causes.daily_cost_verdict_reason
            when 'calendar days'
                then
                    'cost fell per day with calls but not per calendar day: there were'
                    || ' more days with calls'
            when 'vendor price'
                then
                    'at the baseline''s prices nothing was saved: the drop is the'
                    || ' vendor''s'
            when 'workload'
                then
                    'fewer tasks were done; that a task costs less is not shown: '
                    || case
                        when find_causes.workload_adjusted_reduction_ratio <= 0
                            then 'its cost did not fall'
                        else find_causes.cost_per_task_verdict_reason
                    end
            when 'worse'
                then
                    'quality got worse beyond its margin: '
                    || find_causes.worse_metrics
            when 'prices unknown'
                then
                    'whether the vendor''s prices made the drop is not known: '
                    || coalesce(find_causes.constant_price_missing_reason, 'no prices')
            when 'tasks unknown'
                then
                    'whether a task got cheaper is not known: '
                    || coalesce(
                        find_causes.workload_adjusted_missing_reason,
                        find_causes.cost_per_task_verdict_reason,
                        'no tasks'
                    )
            when 'quality unsettled'
                then
                    'cost fell, but that quality held is not shown: '
                    || find_causes.unsettled_metrics
            when 'quality unknown' then 'cost fell, but quality was not measured'
            else
                'cost fell as billed, at the baseline''s prices and per task, and'
                || ' quality held'
        end as reason,
        find_causes.baseline_daily_usd,
        find_causes.phase_daily_usd,
        find_causes.as_billed_reduction_ratio,
        find_causes.as_billed_reduction_ratio_low,
        find_causes.as_billed_reduction_ratio_high,
        find_causes.constant_price_reduction_ratio,
        find_causes.price_effect_ratio,
        find_causes.workload_adjusted_reduction_ratio,
        find_causes.cost_per_task_reduction_ratio_low,
        find_causes.cost_per_task_reduction_ratio_high,
        find_causes.serious_check_count,
        find_causes.warning_check_count,
        find_causes.held_quality_count,
        find_causes.worse_quality_count,
        find_causes.unsettled_quality_count,
        find_causes.daily_cost_change_value > 0 as has_cost_risen,
        find_causes.constant_price_missing_reason,
        find_causes.workload_adjusted_missing_reason
    from find_causes

)

select * from final
