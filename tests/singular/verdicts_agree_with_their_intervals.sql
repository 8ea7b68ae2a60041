-- A change is claimed only if no interval of it, of the change or of its percentage,
-- has a zero in it, and in the direction it lies in; where none has a zero, it is
-- claimed, unless it only continues a trend. A metric without intervals claims nothing.
with intervals as (

    select * from {{ ref('proof_intervals') }}

),

placed_zeros as (

    select
        intervals.phase_id,
        intervals.metric_id,
        intervals.direction,
        intervals.verdict,
        intervals.change_value,
        intervals.is_trend_continued,
        intervals.change_value_low is not null as has_interval,
        coalesce(
            intervals.change_value_low <= 0 and intervals.change_value_high >= 0, false
        )
        or coalesce(
            intervals.change_ratio_low <= 0 and intervals.change_ratio_high >= 0, false
        ) as has_zero
    from intervals

),

expected as (

    select
        placed_zeros.phase_id,
        placed_zeros.metric_id,
        placed_zeros.verdict,
        case
            when not placed_zeros.has_interval then 'not enough data'
            when placed_zeros.has_zero or placed_zeros.is_trend_continued
                then 'no clear change'
            when placed_zeros.direction = 'neutral' then 'changed'
            when placed_zeros.direction = 'lower' and placed_zeros.change_value < 0
                then 'improved'
            when placed_zeros.direction = 'higher' and placed_zeros.change_value > 0
                then 'improved'
            else 'regressed'
        end as expected_verdict
    from placed_zeros

)

select
    expected.phase_id,
    expected.metric_id,
    expected.verdict,
    expected.expected_verdict
from expected
where expected.verdict is distinct from expected.expected_verdict
