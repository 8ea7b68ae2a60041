-- A day belongs to at most one phase, a phase does not end before it begins, and one phase is
-- the baseline.
with phases as (

    select * from {{ ref('phases') }}

)

select
    phases.phase_id,
    others.phase_id as other_phase_id
from phases
left join phases as others
    on
        phases.phase_id != others.phase_id
        and phases.start_date <= others.end_date
        and phases.end_date >= others.start_date
where
    others.phase_id is not null
    or phases.end_date < phases.start_date
    or (select count(*) from phases where is_baseline) != 1
