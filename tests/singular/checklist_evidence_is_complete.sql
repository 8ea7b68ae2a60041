-- Every condition of the registry has one row of evidence, and a row without a value
-- says why, in words or by a code: what was not measured can never look like a pass.
with checklist as (

    select * from {{ ref('validation_checklist') }}

),

evidence as (

    select * from {{ ref('checklist_evidence') }}

),

final as (

    select
        checklist.line_id,
        checklist.condition_order,
        evidence.observed_value
    from checklist
    full outer join evidence
        on
            checklist.line_id = evidence.line_id
            and checklist.condition_order = evidence.condition_order
    where
        checklist.line_id is null
        or evidence.line_id is null
        or (
            evidence.observed_value is null
            and coalesce(evidence.missing_reason, evidence.note_code) is null
        )
        or (evidence.observed_value is not null and evidence.missing_reason is not null)

)

select * from final
