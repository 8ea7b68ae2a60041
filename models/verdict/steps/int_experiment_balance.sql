-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- What the checks of an experiment read: one figure a check, null where there is
-- nothing to read, and what the two sides show where they are read apart. A check that
-- a design does not have (pairs of days without a schedule) has no row.
{% set checks = {
    'days_overlap': 'not is_switchback',
    'complete_pairs': 'is_switchback',
    'shared_units': 'not is_switchback',
    'sample_ratio': 'treated_share is not null',
    'work_per_unit': 'true',
    'model_versions': "label_kind <> 'model'",
    'client_versions': 'true',
    'usage_gap': 'true',
    'unlabelled_calls': "label_kind in ('arm', 'tag')",
} %}

with experiments as (

    select
        experiments.*,
        {{ surrogate_key(["'experiment'", 'experiments.experiment_id', 1]) }}
            as comparison_id,
        experiments.label_kind = 'schedule' as is_switchback
    from {{ ref('experiments') }} as experiments

),

experiment_requests as (

    select * from {{ ref('int_experiment_requests') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

units as (

    select * from {{ ref('int_units') }}
    where is_experiment

),

pairs as (

    select * from {{ ref('int_experiment_pairs') }}
    where measure_id = 'units_per_day'

),

metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

flips as (

    select * from {{ ref('int_experiment_flips') }}
    where measure_id = 'units_per_day'

),

drifts as (

    select * from {{ ref('int_mix_drifts') }}

),

label_readings as (

    select
        comparison_id,
        avg(cast(not has_label as integer)) as unlabelled_calls
    from experiment_requests
    group by comparison_id

),

calls as (

    select
        sides.comparison_id,
        sides.assigned_key,
        sides.window_id = sides.comparison_id as is_treated,
        requests.model_family,
        requests.model_id,
        requests.client_version,
        case
            when requests.status <> 'error'
                then cast(coalesce(requests.total_tokens, 0) = 0 as integer)
        end as is_without_usage
    from experiment_requests as sides
    inner join requests on sides.request_id = requests.request_id
    where sides.window_id is not null

),

known_calls as (

    select
        calls.*,
        {%- for name in [
            'assigned_key', 'model_family', 'model_id', 'client_version'
        ] %}
            min(calls.is_treated) over (
                partition by calls.comparison_id, calls.{{ name }}
            ) <> max(calls.is_treated) over (
                partition by calls.comparison_id, calls.{{ name }}
            ) as is_{{ name }}_shared{{ ',' if not loop.last }}
        {%- endfor %}
    from calls

),

call_readings as (

    select
        comparison_id,
        {%- for side, condition in {
            'control': 'not is_treated', 'treated': 'is_treated'
        }.items() %}
            cast(count(distinct assigned_key) filter (
                where {{ condition }}
            ) as double) as {{ side }}_key_count,
            avg(is_without_usage) filter (where {{ condition }}) as {{ side }}_usage,
        {%- endfor %}
        case
            when
                count(assigned_key) >= {{ var('minimum_labelled_share') }} * count(*)
                then coalesce(avg(cast(is_assigned_key_shared as integer)) filter (
                    where assigned_key is not null
                ), 0)
        end as shared_units,
        avg(cast(is_model_family_shared and not is_model_id_shared as integer))
            as model_versions,
        avg(cast(not is_client_version_shared as integer)) filter (
            where client_version is not null
        ) as client_versions
    from known_calls
    group by comparison_id

),

day_units as (

    select
        phase_id as comparison_id,
        requested_date,
        cast(sum(unit_count * cast(is_baseline_side as integer)) as double)
            as control_count,
        cast(sum(unit_count * cast(not is_baseline_side as integer)) as double)
            as treated_count
    from units
    group by phase_id, requested_date

),

day_shares as (

    select
        comparison_id,
        control_count / nullif(sum(control_count) over whole, 0) as control_share,
        treated_count / nullif(sum(treated_count) over whole, 0) as treated_share,
        sum(control_count) over whole as control_count,
        sum(treated_count) over whole as treated_count
    from day_units
    window whole as (partition by comparison_id)

),

day_readings as (

    select
        comparison_id,
        max(control_count) as control_count,
        max(treated_count) as treated_count,
        round(sum(least(control_share, treated_share)), 12) as days_overlap
    from day_shares
    group by comparison_id

),

pair_readings as (

    select
        pairs.comparison_id,
        cast(count(pairs.difference) as double) / count(*) as complete_pairs,
        avg(pairs.control_value) as control_per_day,
        avg(pairs.treated_value) as treated_per_day
    from pairs
    where
        greatest(pairs.control_date, pairs.treated_date)
        <= (select max(metrics_daily.metric_date) from metrics_daily)
    group by pairs.comparison_id

),

gathered as (

    select
        experiments.*,
        day_readings.days_overlap,
        pair_readings.complete_pairs,
        call_readings.shared_units,
        call_readings.model_versions,
        call_readings.client_versions,
        label_readings.unlabelled_calls,
        call_readings.control_key_count + call_readings.treated_key_count as key_count,
        abs(call_readings.treated_usage - call_readings.control_usage) as usage_gap,
        {%- for side in ['control', 'treated'] %}
            call_readings.{{ side }}_key_count as {{ side }}_sample_ratio,
            call_readings.{{ side }}_usage as {{ side }}_usage_gap,
            case
                when experiments.is_switchback then pair_readings.{{ side }}_per_day
                else {{ safe_divide(
                    'day_readings.' ~ side ~ '_count',
                    'call_readings.' ~ side ~ '_key_count'
                ) }}
            end as {{ side }}_work_per_unit,
        {%- endfor %}
        flips.mean_change as paired_growth
    from experiments
    {%- for name in [
        'call_readings', 'label_readings', 'day_readings', 'pair_readings', 'flips'
    ] %}
        left join {{ name }}
            on experiments.comparison_id = {{ name }}.comparison_id
    {%- endfor %}

),

measured as (

    select
        gathered.*,
        abs(
            gathered.treated_sample_ratio - gathered.treated_share * gathered.key_count
        ) / nullif(sqrt(
            gathered.key_count * gathered.treated_share * (1 - gathered.treated_share)
        ), 0) as sample_ratio,
        exp(abs(
            case
                when gathered.is_switchback then gathered.paired_growth
                else ln(nullif(gathered.control_work_per_unit, 0))
                    - ln(nullif(gathered.treated_work_per_unit, 0))
            end
        )) as work_per_unit
    from gathered

),

final as (

    {% for check, condition in checks.items() %}
        select
            experiment_id,
            comparison_id,
            '{{ check }}' as check_id,
            {%- for side in ['control', 'treated'] %}
                {%- if check in ['sample_ratio', 'usage_gap', 'work_per_unit'] %}
                    {{ side }}_{{ check }} as {{ side }}_value,
                {%- else %}
                    cast(null as double) as {{ side }}_value,
                {%- endif %}
            {%- endfor %}
            cast({{ check }} as double) as observed_value
        from measured
        where {{ condition }}
        union all
    {%- endfor %}
    select
        experiments.experiment_id,
        experiments.comparison_id,
        mixes.check_id,
        null as control_value,
        null as treated_value,
        drifts.observed_value
    from experiments
    cross join (
        values ('mix_drift_task_types'), ('mix_drift_complexity')
    ) as mixes (check_id)
    left join drifts
        on
            experiments.comparison_id = drifts.phase_id
            and mixes.check_id = drifts.check_id

)

select * from final
