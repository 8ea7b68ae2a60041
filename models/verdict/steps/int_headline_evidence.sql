-- What the verdict of a phase is made of: its reductions with their intervals, and how
-- hygiene and quality came out, counted and in words. Where the logged tokens do not
-- explain the cost, there is no reduction at constant prices: multiplied by a ratio of
-- rate cards over other tokens than were billed, it would be an invention.
{% set open_check = "quality_checks.status = 'inconclusive' or (
    quality_checks.status = 'not enough data' and quality_checks.is_required
)" %}

with reductions as (

    select * from {{ ref('cost_reductions') }}

),

comparisons as (

    select * from {{ ref('int_cost_bridge_comparisons') }}
    where metric_date is null

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
                'change_value', 'change_ratio', 'change_ratio_low',
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
        ) as warning_check_count
    from hygiene_checks
    group by hygiene_checks.phase_id

),

count_quality as (

    select
        quality_checks.phase_id,
        {%- for outcome, condition in [
            ('held', "quality_checks.status = 'not worse'"),
            ('worse', "quality_checks.status = 'worse'"),
            ('unsettled', open_check),
        ] %}
            count(*) filter (where {{ condition }}) as {{ outcome }}_quality_count,
        {%- endfor %}
        count(*) as check_count
    from quality_checks
    group by quality_checks.phase_id

),

final as (

    select
        reductions.phase_id,
        reductions.baseline_phase_id,
        reductions.baseline_daily_usd,
        reductions.phase_daily_usd,
        reductions.as_billed_reduction_ratio,
        0 - pivot_intervals.daily_cost_change_ratio_high
            as as_billed_reduction_ratio_low,
        0 - pivot_intervals.daily_cost_change_ratio_low
            as as_billed_reduction_ratio_high,
        {%- for column in [
            'constant_price_reduction_ratio',
            'constant_price_reduction_ratio_low',
            'constant_price_reduction_ratio_high',
            'price_effect_ratio',
        ] %}
            case
                when comparisons.token_explanation_code is null
                    then reductions.{{ column }}
            end as {{ column }},
        {%- endfor %}
        reductions.workload_adjusted_reduction_ratio,
        reductions.workload_adjusted_reduction_ratio_low,
        reductions.workload_adjusted_reduction_ratio_high,
        0 - pivot_intervals.cost_per_task_change_ratio_high
            as cost_per_task_reduction_ratio_low,
        0 - pivot_intervals.cost_per_task_change_ratio_low
            as cost_per_task_reduction_ratio_high,
        pivot_intervals.daily_cost_change_value,
        pivot_intervals.daily_cost_calendar_change_value,
        0 - pivot_intervals.daily_cost_calendar_change_ratio
            as calendar_reduction_ratio,
        coalesce(count_hygiene.serious_check_count, 0) as serious_check_count,
        coalesce(count_hygiene.warning_check_count, 0) as warning_check_count,
        {%- for outcome in ['held', 'worse', 'unsettled'] %}
            coalesce(count_quality.{{ outcome }}_quality_count, 0)
                as {{ outcome }}_quality_count,
        {%- endfor %}
        reductions.missing_reason,
        case
            when comparisons.token_explanation_code is not null
                then
                    coalesce(reductions.missing_reason, 'tokens_do_not_explain')
            else reductions.constant_price_missing_reason
        end as constant_price_missing_reason,
        reductions.workload_adjusted_missing_reason
    from reductions
    left join comparisons on reductions.phase_id = comparisons.phase_id
    left join pivot_intervals on reductions.phase_id = pivot_intervals.phase_id
    left join count_hygiene on reductions.phase_id = count_hygiene.phase_id
    left join count_quality on reductions.phase_id = count_quality.phase_id

)

select * from final
