-- A day belongs to at most one phase, a phase does not end before it begins, and one
-- phase is the baseline.
with all_phases as (

    select * from {{ ref('phases') }}

),

overlapping as (

    select
        earlier.phase_id,
        'overlaps ' || later.phase_id as problem
    from all_phases as earlier
    inner join all_phases as later
        on
            earlier.phase_order < later.phase_order
            and earlier.start_date <= later.end_date
            and earlier.end_date >= later.start_date

),

reversed as (

    select
        phase_id,
        'ends before it begins' as problem
    from all_phases
    where end_date < start_date

),

baselines as (

    select
        min(phase_id) as phase_id,
        'there is not one baseline but ' || count(*) as problem
    from all_phases
    where is_baseline
    having count(*) != 1

)

select * from overlapping
union all
select * from reversed
union all
select * from baselines
