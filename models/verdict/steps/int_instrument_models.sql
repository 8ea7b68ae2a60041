-- What each model is billed against list, phase beside baseline (a model that is new
-- beside its source), and how much of the phase's cost stands on another ratio than
-- before. A price difference is the same for all calls; where the middle half of them
-- scatters by more than a tenth, the log does not show what the cost hangs on, and a
-- shift breaks nothing until it comes to a tenth of the cost. Batches have a discount
-- of their own.
--   billed_beyond_tokens_ratio  how much more was billed than the logged tokens show,
--                               and the reverse, as shares of the phase's list cost
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}
    where
        is_api_call
        and recorded_cost_usd is not null
        and list_cost_usd > 0

),

placed as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        requests.source_system,
        requests.model_id,
        requests.recorded_cost_usd,
        requests.list_cost_usd
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    where not ({{ is_batch_priced('requests') }})

),

measured as (
    {% for model_id in ['model_id', 'null'] %}
        select
            phase_id,
            baseline_phase_id,
            source_system,
            {{ model_id }} as model_id,
            sum(list_cost_usd) as listed_cost_usd,
            {{ safe_divide('sum(recorded_cost_usd)', 'sum(list_cost_usd)') }}
                as billed_list_ratio,
            {%- for quantile in [0.75, 0.25] %}
                {{ exact_percentile('recorded_cost_usd / list_cost_usd', quantile) }}
                {{- ' -' if not loop.last }}
            {%- endfor %} as billed_list_spread
        from placed
        group by
            phase_id, baseline_phase_id, source_system
            {{- ', model_id' if not loop.last }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (

    select
        measured.phase_id,
        measured.source_system,
        measured.model_id,
        measured.listed_cost_usd / sum(measured.listed_cost_usd) over phases
            as cost_share,
        coalesce(same.billed_list_ratio, usual.billed_list_ratio) as baseline_reading,
        measured.billed_list_ratio as phase_reading,
        greatest(
            measured.billed_list_spread,
            coalesce(same.billed_list_spread, usual.billed_list_spread)
        ) as spread
    from measured
    left join measured as same
        on
            measured.baseline_phase_id = same.phase_id
            and measured.source_system = same.source_system
            and measured.model_id = same.model_id
    left join measured as usual
        on
            measured.baseline_phase_id = usual.phase_id
            and measured.source_system = usual.source_system
            and usual.model_id is null
    where
        measured.model_id is not null
        and measured.phase_id <> measured.baseline_phase_id
    window phases as (partition by measured.phase_id)

),

shifted as (

    select
        phase_id,
        source_system,
        model_id,
        baseline_reading,
        phase_reading,
        spread,
        cost_share * (phase_reading / nullif(baseline_reading, 0) - 1) as shift,
        spread <= 0.1 * greatest(baseline_reading, phase_reading) as is_steady
    from compared

),

summed as (

    select
        phase_id,
        coalesce(sum(abs(shift)) filter (where is_steady), 0) as steady_shift,
        coalesce(sum(greatest(shift, 0)) filter (where is_steady), 0) as steady_rise,
        coalesce(sum(shift) filter (where not is_steady), 0) as scattered_shift
    from shifted
    group by phase_id

),

final as (

    select
        shifted.phase_id,
        shifted.source_system,
        shifted.model_id,
        shifted.baseline_reading,
        shifted.phase_reading,
        shifted.spread as billed_list_spread,
        case
            when
                abs(shifted.shift) = max(abs(shifted.shift)) over phases
                then greatest(
                    summed.steady_shift,
                    case
                        when abs(summed.scattered_shift) > 0.1
                            then abs(summed.scattered_shift)
                        else least(sum(abs(shifted.shift)) over phases, 0.05)
                    end
                )
        end as observed_value,
        summed.steady_rise
        + case
            when summed.scattered_shift > 0.1 then summed.scattered_shift else 0
        end as billed_beyond_tokens_ratio,
        summed.steady_shift - summed.steady_rise
        + case
            when summed.scattered_shift < -0.1 then 0 - summed.scattered_shift else 0
        end as tokens_beyond_billed_ratio
    from shifted
    inner join summed on shifted.phase_id = summed.phase_id
    where shifted.shift is not null
    window phases as (partition by shifted.phase_id)

)

select * from final
