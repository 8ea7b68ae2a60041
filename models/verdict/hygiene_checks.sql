-- May this phase be compared with its baseline at all? One check a row; thresholds and
-- sentences stand in the hygiene_thresholds seed, what is measured in
-- int_hygiene_measures.

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

measures as (

    select * from {{ ref('int_hygiene_measures') }}

),

thresholds as (

    select * from {{ ref('hygiene_thresholds') }}

),

judge_checks as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        thresholds.check_id,
        thresholds.check_order,
        thresholds.check_name,
        thresholds.unit,
        thresholds.worse_is,
        measures.observed_value,
        measures.source_system,
        measures.project,
        measures.model_id,
        measures.baseline_reading,
        measures.phase_reading,
        thresholds.warning_threshold,
        thresholds.serious_threshold,
        thresholds.ok_sentence,
        thresholds.warning_sentence,
        thresholds.serious_sentence,
        thresholds.unmeasurable_sentence,
        case
            when measures.observed_value is null then 'not measurable'
            {%- for status in ['serious', 'warning'] %}
                when
                    (
                        thresholds.worse_is = 'above'
                        and measures.observed_value
                        > thresholds.{{ status }}_threshold
                    )
                    or (
                        thresholds.worse_is = 'below'
                        and measures.observed_value
                        < thresholds.{{ status }}_threshold
                    )
                    then '{{ status }}'
            {%- endfor %}
            else 'ok'
        end as status
    from phase_windows
    cross join thresholds
    left join measures
        on
            phase_windows.phase_id = measures.phase_id
            and thresholds.check_id = measures.check_id
    where not phase_windows.is_baseline

),

final as (

    select
        judge_checks.phase_id,
        judge_checks.baseline_phase_id,
        judge_checks.check_id,
        judge_checks.check_order,
        judge_checks.check_name,
        judge_checks.unit,
        judge_checks.worse_is,
        judge_checks.observed_value,
        judge_checks.source_system,
        judge_checks.project,
        judge_checks.model_id,
        judge_checks.baseline_reading,
        judge_checks.phase_reading,
        judge_checks.warning_threshold,
        judge_checks.serious_threshold,
        judge_checks.status,
        case judge_checks.status
            when 'ok' then judge_checks.ok_sentence
            when 'warning' then judge_checks.warning_sentence
            when 'serious' then judge_checks.serious_sentence
            else judge_checks.unmeasurable_sentence
        end as sentence
    from judge_checks

)

select * from final
