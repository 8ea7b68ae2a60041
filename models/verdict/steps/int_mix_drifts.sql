-- How far a phase's requests are from the baseline's (and those of the two sides of an
-- experiment from each other), in kind and in complexity: the
-- population stability index, Σ (p − b) × ln(p / b) over the bins, less what chance
-- gives it, never below zero. Requests of one session are alike, and so are those of
-- one day, so chance is reckoned over sessions and over days (the greater of both, and
-- of single requests): the index is expected to be Σ (variance of p + of b) / mean
-- share (Rao and Scott 1981), and that much × (1 + 3 / √(bins − 1)) is exceeded in
-- about one of 25 comparisons in which nothing differs. Half a request is added to each
-- bin, so that an empty one counts and does not break the logarithm. Bins are the task
-- types, and the tenths of the baseline's complexity scores.
{% set tenths = range(1, 10) %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

experiment_requests as (

    select * from {{ ref('int_experiment_requests') }}
    where window_id is not null

),

comparisons as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id
    from phase_windows
    where not phase_windows.is_baseline
    union all
    select distinct
        experiment_requests.comparison_id as phase_id,
        experiment_requests.reference_id as baseline_phase_id
    from experiment_requests

),

place_requests as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        requests.task_type,
        requests.complexity_score,
        requests.requested_date,
        coalesce(requests.session_id, requests.task_id, requests.request_id)
            as session_key
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    union all
    select
        experiment_requests.window_id as phase_id,
        experiment_requests.reference_id as baseline_phase_id,
        requests.task_type,
        requests.complexity_score,
        requests.requested_date,
        coalesce(requests.session_id, requests.task_id, requests.request_id)
            as session_key
    from experiment_requests
    inner join requests on experiment_requests.request_id = requests.request_id

),

cut_baselines as (

    select
        place_requests.baseline_phase_id,
    {%- for tenth in tenths %}
        {{ exact_percentile(
            'place_requests.complexity_score',
            tenth / 10,
            'place_requests.complexity_score is not null'
        ) }} as edge_{{ tenth }}{{ ',' if not loop.last }}
    {%- endfor %}
    from place_requests
    where place_requests.phase_id = place_requests.baseline_phase_id
    group by place_requests.baseline_phase_id

),

bin_requests as (

    select
        'mix_drift_task_types' as check_id,
        place_requests.phase_id,
        place_requests.session_key,
        place_requests.requested_date,
        place_requests.task_type as bin_name
    from place_requests
    where place_requests.task_type is not null
    union all
    select
        'mix_drift_complexity' as check_id,
        place_requests.phase_id,
        place_requests.session_key,
        place_requests.requested_date,
        cast(
            {%- for tenth in tenths %}
                case
                    when
                        place_requests.complexity_score
                        > cut_baselines.edge_{{ tenth }}
                        then 1
                    else 0
                end{{ ' +' if not loop.last }}
            {%- endfor %}
            as {{ dbt.type_string() }}
        ) as bin_name
    from place_requests
    inner join cut_baselines
        on place_requests.baseline_phase_id = cut_baselines.baseline_phase_id
    where
        place_requests.complexity_score is not null
        and cut_baselines.edge_1 is not null

),

unit_bins as (
    {% for unit_kind, unit_id in [
        ('session', 'session_key'), ('day', 'requested_date')
    ] %}
        select
            check_id,
            phase_id,
            '{{ unit_kind }}' as unit_kind,
            bin_name,
            cast({{ unit_id }} as {{ dbt.type_string() }}) as unit_id,
            cast(count(*) as double) as bin_size,
            cast(sum(count(*)) over (
                partition by check_id, phase_id, {{ unit_id }}
            ) as double) as unit_size
        from bin_requests
        group by check_id, phase_id, bin_name, {{ unit_id }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

unit_sums as (

    select
        check_id,
        phase_id,
        unit_kind,
        count(distinct unit_id) as unit_count,
        sum(bin_size) as request_count,
        sum(bin_size * unit_size) as squared_size
    from unit_bins
    group by check_id, phase_id, unit_kind

),

bin_sums as (

    select
        unit_bins.check_id,
        unit_bins.phase_id,
        unit_bins.unit_kind,
        unit_bins.bin_name,
        unit_sums.request_count,
        unit_sums.unit_count,
        unit_sums.squared_size,
        sum(unit_bins.bin_size) as bin_count,
        sum(unit_bins.bin_size * unit_bins.bin_size) as squared_bin,
        sum(unit_bins.bin_size * unit_bins.unit_size) as crossed_size
    from unit_bins
    inner join unit_sums
        on
            unit_bins.check_id = unit_sums.check_id
            and unit_bins.phase_id = unit_sums.phase_id
            and unit_bins.unit_kind = unit_sums.unit_kind
    group by all

),

bins as (

    select
        check_id,
        phase_id,
        bin_name,
        max(bin_count) as bin_count,
        greatest(
            max(
                (
                    squared_bin - 2 * bin_count / request_count * crossed_size
                    + power(bin_count / request_count, 2) * squared_size
                ) * unit_count / nullif(unit_count - 1, 0) / power(request_count, 2)
            ),
            max(
                bin_count / request_count * (1 - bin_count / request_count)
                / request_count
            )
        ) as share_variance
    from bin_sums
    group by check_id, phase_id, bin_name

),

paired as (

    select
        bins.check_id,
        comparisons.phase_id,
        bins.bin_name,
        {%- for side, phase_id in [
            ('phase', 'phase_id'), ('baseline', 'baseline_phase_id')
        ] %}
            coalesce(sum(bins.bin_count) filter (
                where bins.phase_id = comparisons.{{ phase_id }}
            ), 0) as {{ side }}_count,
        {%- endfor %}
        sum(bins.share_variance) as share_variance
    from comparisons
    inner join bins
        on bins.phase_id in (comparisons.phase_id, comparisons.baseline_phase_id)
    group by bins.check_id, comparisons.phase_id, bins.bin_name

),

shared as (

    select
        check_id,
        phase_id,
        bin_name,
        share_variance,
        count(*) over all_bins as bin_number,
        sum(phase_count) over all_bins as phase_total,
        sum(baseline_count) over all_bins as baseline_total,
        (phase_count + 0.5)
        / (sum(phase_count) over all_bins + 0.5 * count(*) over all_bins)
            as phase_share,
        (baseline_count + 0.5)
        / (sum(baseline_count) over all_bins + 0.5 * count(*) over all_bins)
            as baseline_share
    from paired
    window all_bins as (partition by check_id, phase_id)

),

final as (

    select
        phase_id,
        check_id,
        greatest(
            {{ sum_in_order(
                '(phase_share - baseline_share) * ln(phase_share / baseline_share)',
                ['bin_name']
            ) }}
            - {{ sum_in_order(
                'share_variance * 2 / (phase_share + baseline_share)', ['bin_name']
            ) }}
            * (1 + 3 / sqrt(greatest(max(bin_number) - 1, 1))),
            0
        ) as observed_value
    from shared
    where phase_total > 0 and baseline_total > 0
    group by phase_id, check_id

)

select * from final
