-- What a unit of work costs against the baseline, and whether that is settled.

with intervals as (

    select * from {{ ref('proof_intervals') }}
    where metric_id = 'cost_per_task'

),

hygiene_checks as (

    select * from {{ ref('hygiene_checks') }}
    where status = 'serious'

),

first_breaks as (

    select
        hygiene_checks.phase_id,
        min_by(hygiene_checks.check_id, hygiene_checks.check_order) as check_id,
        min_by(hygiene_checks.observed_value, hygiene_checks.check_order)
            as observed_value,
        min_by(hygiene_checks.serious_threshold, hygiene_checks.check_order)
            as serious_threshold
    from hygiene_checks
    group by hygiene_checks.phase_id

),

judged as (

    select
        intervals.*,
        first_breaks.check_id,
        first_breaks.observed_value,
        first_breaks.serious_threshold,
        case
            when first_breaks.check_id is not null then 'instrument'
            when
                intervals.baseline_value is null or intervals.phase_value is null
                then 'cost_unknown'
            when intervals.verdict = 'not enough data' then 'too_little_data'
            when intervals.verdict = 'no clear change' then 'chance'
        end as reason_code
    from intervals
    left join first_breaks on intervals.phase_id = first_breaks.phase_id

),

final as (

    select
        judged.phase_id,
        judged.baseline_phase_id,
        'task' as unit_of_work,
        case
            when judged.reason_code = 'chance' then 'no_clear_change'
            when judged.reason_code is not null then 'cannot_be_told'
            when judged.change_value < 0 then 'cheaper'
            else 'dearer'
        end as answer,
        judged.reason_code is null as is_established,
        judged.baseline_value,
        judged.phase_value,
        judged.change_ratio,
        judged.change_ratio_low,
        judged.change_ratio_high,
        cast(null as double) as usd_per_day_change,
        cast(null as double) as usd_per_day_change_low,
        cast(null as double) as usd_per_day_change_high,
        case
            when judged.change_ratio_low is null then null
            when judged.resampled_unit = 'day' then 'days'
            else 'sessions'
        end as interval_basis,
        judged.reason_code,
        case
            when judged.reason_code = 'instrument' then judged.check_id
            else judged.metric_id
        end as reason_metric_id,
        case
            when judged.reason_code = 'instrument' then judged.observed_value
        end as reason_value,
        case
            when judged.reason_code = 'instrument' then judged.serious_threshold
        end as reason_limit,
        cast(null as bigint) as days_needed
    from judged

)

select * from final
