-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Three questions of an experiment, each with its own answer:
--   unit_cost  what a unit of work costs on the treated side, at the baseline's prices
--              and the mix of work of both sides. The first of these says why not:
--                cost_unknown, under_way (days are still to come: who looks every day
--                and stops when it pleases finds what is not there), unbalanced,
--                balance_not_measured, prices_unknown, baseline_zero,
--                mix_not_comparable, too_few_pairs (no outcome could be clear),
--                too_little_data, chance, drivers_disagree
--   quality    whether it held, of what the log can show
--   balance    whether the two sides are alike but for the change
-- Of labels the interval is resampled by what was assigned and by day, the wider of
-- the two; of a schedule it is the exact sign-flip test of its pairs of days.

with experiments as (

    select
        experiments.*,
        {{ surrogate_key(["'experiment'", 'experiments.experiment_id', 1]) }}
            as comparison_id,
        {{ surrogate_key(["'experiment'", 'experiments.experiment_id', 0]) }}
            as reference_id,
        experiments.label_kind = 'schedule' as is_switchback
    from {{ ref('experiments') }} as experiments

),

checks as (

    select * from {{ ref('experiment_checks') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

flips as (

    select * from {{ ref('int_experiment_flips') }}

),

pairs as (

    select * from {{ ref('int_experiment_pairs') }}
    where measure_id = 'unit_cost'

),

units as (

    select * from {{ ref('int_units') }}
    where is_experiment

),

requests as (

    select * from {{ ref('int_unit_requests') }}

),

priced_windows as (

    select
        phase_id,
        least(
            {{ safe_divide(
                'sum(cost_usd) filter (where is_priced)', 'sum(cost_usd)'
            ) }},
            {{ safe_divide(
                'sum(total_tokens) filter (where is_priced)', 'sum(total_tokens)'
            ) }},
            1 - avg(cast(is_usage_missing as integer))
        ) as priced_share
    from requests
    group by phase_id

),

loaded as (

    select max(metrics_daily.metric_date) as last_date
    from {{ ref('metrics_daily') }} as metrics_daily

),

counted_sides as (

    select
        phase_id as comparison_id,
        bool_or(has_tasks) as has_tasks,
        {%- for side, condition in {
            'control': 'is_baseline_side', 'treated': 'not is_baseline_side'
        }.items() %}
            sum(unit_count) filter (where {{ condition }}) as {{ side }}_unit_count,
            count(distinct requested_date) filter (
                where {{ condition }}
            ) as {{ side }}_day_count{{ ',' if not loop.last }}
        {%- endfor %}
    from units
    group by phase_id

),

pair_counts as (

    select
        comparison_id,
        count(difference) as pair_count,
        count(*) as planned_pair_count,
        {{ safe_divide(
            'sum(common_cost_share * weight)',
            'sum(weight) filter (where common_cost_share is not null)',
        ) }} as common_cost_share
    from pairs
    group by comparison_id

),

pivoted as (

    select
        phase_id as comparison_id,
        max(growth_high) filter (where driver = 'session') as session_high,
        max(growth) filter (where driver = 'session') as session_growth,
        max(growth_low) filter (where driver = 'units_per_session') as work_low
    from unit_costs
    group by phase_id

),

first_breaks as (

    select
        experiment_id,
        check_kind,
        min_by(check_id, check_order) filter (
            where status = 'serious' and check_id <> 'mix_drift_task_types'
        ) as broken_check_id,
        min_by(check_id, check_order) filter (where status = 'serious')
            as serious_check_id,
        min_by(check_id, check_order) filter (where status = 'warning')
            as warning_check_id,
        min_by(check_id, check_order) filter (
            where status in ('inconclusive', 'not enough data')
        ) as open_check_id,
        min_by(check_id, check_order) filter (where status = 'ok') as ok_check_id,
        count(*) filter (
            where check_id in ('mix_drift_task_types', 'mix_drift_complexity')
            and status <> 'not measurable'
        ) > 0 as is_mix_seen
    from checks
    group by experiment_id, check_kind

),

gathered as (

    select
        experiments.*,
        balance.broken_check_id,
        greatest(experiments.end_date - loaded.last_date, 0) as days_to_come,
        -- A draw makes alike what no log shows; without one, what is not seen is not
        -- said to be alike.
        coalesce(
            counted_sides.control_unit_count > 0
            and counted_sides.treated_unit_count > 0
            and (experiments.is_randomised or balance.is_mix_seen),
            false
        ) as is_balance_seen,
        case when counted_sides.has_tasks then 'task' else 'api_call' end
            as unit_of_work,
        counted_sides.control_unit_count,
        counted_sides.treated_unit_count,
        counted_sides.control_day_count,
        counted_sides.treated_day_count,
        unit_costs.baseline_value as control_cost_usd,
        unit_costs.phase_value as treated_cost_usd,
        pair_counts.pair_count,
        pair_counts.planned_pair_count,
        flips.p_value,
        flips.smallest_p_value,
        flips.is_enumerated,
        least(control.priced_share, treated.priced_share) as priced_share,
        case
            when experiments.is_switchback then pair_counts.common_cost_share
            else unit_costs.common_cost_share
        end as common_cost_share,
        {%- for column, flip_column in {
            'growth': 'mean_change',
            'growth_low': 'change_low',
            'growth_high': 'change_high',
        }.items() %}
            case
                when experiments.is_switchback
                    then flips.{{ flip_column }}
                else unit_costs.{{ column }}
            end as {{ column }},
        {%- endfor %}
        unit_costs.interval_basis,
        -- As between phases: cheaper units are a saving if there were not clearly more
        -- of them for the same need, or if the need got cheaper, too.
        case
            when experiments.is_switchback
                then day_work.change_low <= 0 or day_costs.change_high < 0
            when pivoted.work_low is null then true
            else pivoted.work_low <= 0 or pivoted.session_high < 0
        end as is_saving_borne_out,
        case
            when experiments.is_switchback then day_costs.mean_change > 0
            else coalesce(pivoted.session_growth > 0, true)
        end as is_rise_borne_out
    from experiments
    cross join loaded
    left join counted_sides
        on experiments.comparison_id = counted_sides.comparison_id
    left join pair_counts on experiments.comparison_id = pair_counts.comparison_id
    left join pivoted on experiments.comparison_id = pivoted.comparison_id
    left join unit_costs
        on
            experiments.comparison_id = unit_costs.phase_id
            and unit_costs.driver = 'unit'
    {%- for name, measure in {
        'flips': 'unit_cost', 'day_work': 'units_per_day', 'day_costs': 'day_cost'
    }.items() %}
        left join flips{{ ' as ' ~ name if name != 'flips' }}
            on
                experiments.comparison_id = {{ name }}.comparison_id
                and {{ name }}.measure_id = '{{ measure }}'
    {%- endfor %}
    left join first_breaks as balance
        on
            experiments.experiment_id = balance.experiment_id
            and balance.check_kind = 'balance'
    left join priced_windows as control on experiments.reference_id = control.phase_id
    left join priced_windows as treated on experiments.comparison_id = treated.phase_id

),

judged as (

    select
        gathered.*,
        case
            when
                coalesce(gathered.control_unit_count, 0) = 0
                or coalesce(gathered.treated_unit_count, 0) = 0
                or gathered.priced_share is null
                then 'cost_unknown'
            when gathered.days_to_come > 0 then 'under_way'
            when gathered.broken_check_id is not null then 'unbalanced'
            when not gathered.is_balance_seen then 'balance_not_measured'
            when
                gathered.priced_share < {{ var('minimum_priced_share') }}
                then 'prices_unknown'
            when gathered.control_cost_usd = 0 then 'baseline_zero'
            when
                coalesce(gathered.common_cost_share, 0)
                < {{ var('minimum_common_cost_share') }}
                then 'mix_not_comparable'
            when
                gathered.is_switchback
                and coalesce(gathered.smallest_p_value, 1)
                > {{ 1 - var('confidence_level') }}
                then 'too_few_pairs'
            when
                gathered.growth_low is null or gathered.growth_high is null
                then 'too_little_data'
            when gathered.growth_low <= 0 and gathered.growth_high >= 0 then 'chance'
            when
                not coalesce(
                    case
                        when gathered.growth < 0 then gathered.is_saving_borne_out
                        else gathered.is_rise_borne_out
                    end,
                    false
                )
                then 'drivers_disagree'
        end as reason_code
    from gathered

),

stacked as (

    select
        judged.experiment_id,
        'unit_cost' as question_id,
        1 as question_order,
        case
            when judged.reason_code = 'chance' then 'no_clear_change'
            when judged.reason_code is not null then 'cannot_be_told'
            when judged.growth < 0 then 'cheaper'
            else 'dearer'
        end as answer,
        judged.reason_code is null as is_established,
        judged.unit_of_work,
        cast(judged.control_cost_usd as double) as control_value,
        cast(judged.treated_cost_usd as double) as treated_value,
        exp(judged.growth) - 1 as change_ratio,
        exp(judged.growth_low) - 1 as change_ratio_low,
        exp(judged.growth_high) - 1 as change_ratio_high,
        case
            when not judged.is_switchback then judged.interval_basis
            when judged.is_enumerated then 'all_assignments'
            when judged.growth_low is not null then 'drawn_assignments'
        end as interval_basis,
        judged.p_value,
        judged.smallest_p_value,
        judged.reason_code,
        case when judged.reason_code = 'unbalanced' then judged.broken_check_id end
            as reason_check_id,
        case judged.reason_code
            when 'under_way' then judged.days_to_come
            when 'prices_unknown' then judged.priced_share
            when 'mix_not_comparable' then judged.common_cost_share
            when 'too_few_pairs' then judged.pair_count
        end as reason_value,
        case judged.reason_code
            when 'prices_unknown' then {{ var('minimum_priced_share') }}
            when 'mix_not_comparable' then {{ var('minimum_common_cost_share') }}
            when 'too_few_pairs'
                then ceil(log2({{ 2 / (1 - var('confidence_level')) }}))
        end as reason_limit,
        case
            when judged.reason_code = 'chance' and judged.growth <> 0
                then ceil(
                    (judged.control_day_count + judged.treated_day_count)
                    * (pow(
                        (judged.growth_high - judged.growth_low) / 2
                        * {{ (normal_quantile() + 0.8416212335729143)
                            / normal_quantile() }}
                        / judged.growth,
                        2
                    ) - 1)
                )
        end as days_needed
    from judged
    {%- for question in ['quality', 'balance'] %}
        union all
        select
            gathered.experiment_id,
            '{{ question }}' as question_id,
            {{ loop.index + 1 }} as question_order,
            {% if question == 'quality' -%}
                case
                    when first_breaks.serious_check_id is not null then 'worse'
                    when first_breaks.open_check_id is not null then 'open'
                    when first_breaks.ok_check_id is not null then 'held'
                    else 'not_measured'
                end as answer,
                coalesce(first_breaks.serious_check_id is not null, false)
                or (
                    first_breaks.ok_check_id is not null
                    and first_breaks.open_check_id is null
                ) as is_established,
            {%- else -%}
                case
                    when first_breaks.serious_check_id is not null then 'unbalanced'
                    when not gathered.is_balance_seen then 'not_measured'
                    when
                        first_breaks.warning_check_id is not null
                        then 'nearly_balanced'
                    else 'balanced'
                end as answer,
                first_breaks.serious_check_id is null and gathered.is_balance_seen
                    as is_established,
            {%- endif %}
            null as unit_of_work,
            checks.control_value,
            checks.treated_value,
            null as change_ratio,
            null as change_ratio_low,
            null as change_ratio_high,
            null as interval_basis,
            null as p_value,
            null as smallest_p_value,
            checks.status as reason_code,
            checks.check_id as reason_check_id,
            {% if question == 'quality' -%}
                checks.observed_high as reason_value,
            {%- else -%}
                checks.observed_value as reason_value,
            {%- endif %}
            coalesce(checks.serious_limit, checks.warning_limit) as reason_limit,
            null as days_needed
        from gathered
        left join first_breaks
            on
                gathered.experiment_id = first_breaks.experiment_id
                and first_breaks.check_kind = '{{ question }}'
        left join checks
            on
                gathered.experiment_id = checks.experiment_id
                and checks.check_id = coalesce(
                    first_breaks.serious_check_id,
                    first_breaks.warning_check_id,
                    first_breaks.open_check_id,
                    first_breaks.ok_check_id
                )
    {%- endfor %}

),

final as (

    select
        stacked.experiment_id,
        gathered.experiment_name,
        stacked.question_id,
        stacked.question_order,
        stacked.answer,
        stacked.is_established,
        case when gathered.is_randomised then 'randomised' else 'side_by_side' end
            as evidence_kind,
        case when gathered.is_switchback then 'switchback' else 'labels' end as design,
        gathered.label_kind,
        gathered.control_value as control_label,
        gathered.treated_value as treated_label,
        gathered.start_date,
        gathered.end_date,
        stacked.unit_of_work,
        stacked.control_value,
        stacked.treated_value,
        stacked.change_ratio,
        stacked.change_ratio_low,
        stacked.change_ratio_high,
        stacked.interval_basis,
        stacked.p_value,
        stacked.smallest_p_value,
        stacked.reason_code,
        stacked.reason_check_id,
        cast(stacked.reason_value as double) as reason_value,
        cast(stacked.reason_limit as double) as reason_limit,
        cast(stacked.days_needed as bigint) as days_needed,
        cast(coalesce(gathered.control_unit_count, 0) as bigint) as control_unit_count,
        cast(coalesce(gathered.treated_unit_count, 0) as bigint) as treated_unit_count,
        cast(coalesce(gathered.control_day_count, 0) as bigint) as control_day_count,
        cast(coalesce(gathered.treated_day_count, 0) as bigint) as treated_day_count,
        cast(gathered.pair_count as bigint) as pair_count,
        cast(gathered.planned_pair_count as bigint) as planned_pair_count,
        cast(coalesce(gathered.washout_hours, 0) as integer) as washout_hours
    from stacked
    inner join gathered on stacked.experiment_id = gathered.experiment_id

)

select * from final
