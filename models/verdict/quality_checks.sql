-- Did quality hold? Non-inferiority: the change is turned so that above zero is worse,
-- and its interval is held against the margin (seed quality_margins).
--   not worse        the whole interval is below the margin
--   worse            the whole interval is above the margin
--   inconclusive     the margin lies inside the interval
--   not enough data  there is no interval
-- A share that never varied (no error at all) has an interval without width, which says
-- too much: its upper end is moved by 3 / n of the phase (the rule of three, Hanley and
-- Lippman-Hand 1983).
-- As the CONSORT statement on non-inferiority trials (Piaggio et al. 2012) and the FDA
-- guidance (2016) have it: no difference seen is not the same as no difference.

with quality_margins as (

    select * from {{ ref('quality_margins') }}

),

metric_definitions as (

    select * from {{ ref('metric_definitions') }}

),

intervals as (

    select * from {{ ref('proof_intervals') }}

),

phase_comparison as (

    select * from {{ ref('phase_comparison') }}

),

turned_changes as (

    select
        intervals.phase_id,
        intervals.baseline_phase_id,
        intervals.metric_id,
        metric_definitions.metric_name,
        quality_margins.margin_order,
        metric_definitions.unit,
        metric_definitions.direction,
        quality_margins.margin,
        quality_margins.margin_kind,
        quality_margins.is_required,
        intervals.baseline_value,
        intervals.phase_value,
        intervals.change_value,
        intervals.change_value_low,
        intervals.change_value_high,
        intervals.change_ratio,
        intervals.change_ratio_low,
        intervals.change_ratio_high,
        intervals.baseline_cluster_count,
        intervals.phase_cluster_count,
        case
            when
                metric_definitions.unit = 'ratio'
                and intervals.change_value_low = intervals.change_value_high
                then {{ safe_divide('3', 'phase_comparison.phase_sample_count') }}
            else 0
        end as unseen_share,
        -- 0 − x, not −x: the negative of zero would print as -0.
        {%- for end, opposite in [('low', 'high'), ('high', 'low')] %}
            case
                when
                    quality_margins.margin_kind = 'relative'
                    and metric_definitions.direction = 'lower'
                    then intervals.change_ratio_{{ end }}
                when quality_margins.margin_kind = 'relative'
                    then 0 - intervals.change_ratio_{{ opposite }}
                when metric_definitions.direction = 'lower'
                    then intervals.change_value_{{ end }}
                else 0 - intervals.change_value_{{ opposite }}
            end as worsening_{{ end }},
        {%- endfor %}
        case
            when
                intervals.baseline_value is not null
                and intervals.phase_value is not null
                then intervals.reason_code
            when
                intervals.baseline_value is null and intervals.phase_value is null
                then 'not_logged'
            when intervals.baseline_value is null then 'not_logged_in_baseline'
            else 'not_logged_in_phase'
        end as interval_reason_code,
        intervals.reason_limit as interval_reason_limit
    from intervals
    inner join quality_margins on intervals.metric_id = quality_margins.metric_id
    inner join metric_definitions
        on intervals.metric_id = metric_definitions.metric_id
    left join phase_comparison
        on
            intervals.phase_id = phase_comparison.phase_id
            and intervals.metric_id = phase_comparison.metric_id

),

bounded_changes as (

    select
        turned_changes.*,
        turned_changes.worsening_high + case turned_changes.margin_kind
            when 'relative'
                then {{ safe_divide(
                    'turned_changes.unseen_share', 'turned_changes.baseline_value'
                ) }}
            else turned_changes.unseen_share
        end as widened_high
    from turned_changes

),

final as (

    select
        bounded_changes.phase_id,
        bounded_changes.baseline_phase_id,
        bounded_changes.metric_id,
        bounded_changes.metric_name,
        bounded_changes.margin_order,
        bounded_changes.unit,
        bounded_changes.direction,
        bounded_changes.margin,
        bounded_changes.margin_kind,
        bounded_changes.is_required,
        bounded_changes.baseline_value,
        bounded_changes.phase_value,
        bounded_changes.change_value,
        bounded_changes.change_value_low,
        bounded_changes.change_value_high,
        bounded_changes.change_ratio,
        bounded_changes.change_ratio_low,
        bounded_changes.change_ratio_high,
        bounded_changes.worsening_low,
        bounded_changes.widened_high as worsening_high,
        bounded_changes.baseline_cluster_count,
        bounded_changes.phase_cluster_count,
        case
            when
                bounded_changes.worsening_low is null
                or bounded_changes.widened_high is null
                then 'not enough data'
            when bounded_changes.widened_high < bounded_changes.margin then 'not worse'
            when bounded_changes.worsening_low > bounded_changes.margin then 'worse'
            else 'inconclusive'
        end as status,
        case
            when
                bounded_changes.worsening_low is null
                or bounded_changes.widened_high is null
                then bounded_changes.interval_reason_code
            when bounded_changes.widened_high < bounded_changes.margin
                then 'margin_ruled_out'
            when bounded_changes.worsening_low > bounded_changes.margin
                then 'beyond_margin'
            else 'margin_in_interval'
        end as reason_code,
        bounded_changes.interval_reason_limit as reason_limit
    from bounded_changes

)

select * from final
