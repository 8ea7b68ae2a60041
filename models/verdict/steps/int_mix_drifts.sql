-- How far a phase's requests are from the baseline's, in kind and in complexity: the
-- population stability index, Σ (p − b) × ln(p / b) over the bins, less what chance
-- alone gives it, (bins − 1) × (1 / n + 1 / m) (Yurdakul and Naranjo 2020), never below
-- zero. Half a request is added to each bin, so that an empty one counts and does not
-- break the logarithm. Bins are the task types, and the tenths of the baseline's
-- complexity scores.
{% set tenths = range(1, 10) %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

place_requests as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        requests.task_type,
        requests.complexity_score
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date

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
        place_requests.task_type as bin_name
    from place_requests
    where place_requests.task_type is not null
    union all
    select
        'mix_drift_complexity' as check_id,
        place_requests.phase_id,
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

count_bins as (

    select
        bin_requests.check_id,
        bin_requests.phase_id,
        bin_requests.bin_name,
        cast(count(*) as double) as request_count
    from bin_requests
    group by
        bin_requests.check_id,
        bin_requests.phase_id,
        bin_requests.bin_name

),

pair_bins as (

    select
        count_bins.check_id,
        phase_windows.phase_id,
        count_bins.bin_name,
        coalesce(
            sum(count_bins.request_count) filter (
                where count_bins.phase_id = phase_windows.phase_id
            ),
            0
        ) as phase_count,
        coalesce(
            sum(count_bins.request_count) filter (
                where count_bins.phase_id = phase_windows.baseline_phase_id
            ),
            0
        ) as baseline_count
    from phase_windows
    inner join count_bins
        on
            count_bins.phase_id
            in (phase_windows.phase_id, phase_windows.baseline_phase_id)
    where not phase_windows.is_baseline
    group by
        count_bins.check_id,
        phase_windows.phase_id,
        count_bins.bin_name

),

share_bins as (

    select
        pair_bins.check_id,
        pair_bins.phase_id,
        pair_bins.bin_name,
        sum(pair_bins.phase_count) over bins as phase_total,
        sum(pair_bins.baseline_count) over bins as baseline_total,
        count(*) over bins as bin_count,
        (pair_bins.phase_count + 0.5)
        / (sum(pair_bins.phase_count) over bins + 0.5 * count(*) over bins)
            as phase_share,
        (pair_bins.baseline_count + 0.5)
        / (sum(pair_bins.baseline_count) over bins + 0.5 * count(*) over bins)
            as baseline_share
    from pair_bins
    window bins as (partition by pair_bins.check_id, pair_bins.phase_id)

),

sum_bins as (

    select
        share_bins.check_id,
        share_bins.phase_id,
        share_bins.phase_total,
        share_bins.baseline_total,
        share_bins.bin_count,
        {{ sum_in_order(
            '(share_bins.phase_share - share_bins.baseline_share)
            * ln(share_bins.phase_share / share_bins.baseline_share)',
            ['share_bins.bin_name']
        ) }} as stability_index
    from share_bins
    group by
        share_bins.check_id,
        share_bins.phase_id,
        share_bins.phase_total,
        share_bins.baseline_total,
        share_bins.bin_count

),

final as (

    select
        sum_bins.phase_id,
        sum_bins.check_id,
        greatest(
            sum_bins.stability_index
            - (sum_bins.bin_count - 1)
            * (1 / sum_bins.phase_total + 1 / sum_bins.baseline_total),
            0
        ) as observed_value
    from sum_bins
    where sum_bins.phase_total > 0 and sum_bins.baseline_total > 0

)

select * from final
