-- What the costs that a log states are worth, window by window, for each source and
-- model: none at all, 0 beside tokens that have a price, always the same part of the
-- list price (a price of one's own), another part than in the baseline, or no fixed
-- part. A credit (a cost below zero) is money of its own and no price of a call.
-- Batches have a discount of their own and are left out of the ratio.
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}
    where is_api_call and status <> 'error'

),

placed as (

    select
        phase_windows.phase_id,
        phase_windows.baseline_phase_id,
        requests.*,
        case
            when
                requests.list_cost_usd > 0
                and not ({{ is_batch_priced('requests') }})
                then requests.recorded_cost_usd
        end as comparable_cost_usd
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date

),

measured as (

    select
        phase_id,
        baseline_phase_id,
        source_system,
        model_id,
        count(*) as call_count,
        count(recorded_cost_usd) as recorded_call_count,
        count(*) filter (where cost_credibility = 'absent') as absent_call_count,
        coalesce(sum(list_cost_usd), 0) as list_cost_usd,
        sum(recorded_cost_usd) as recorded_cost_usd,
        sum(logged_cost_usd) filter (where cost_credibility = 'adjustment')
            as adjustment_usd,
        coalesce(
            sum(list_cost_usd) filter (
                where cost_credibility = 'zero_beside_tokens'
            ), 0
        ) as zero_recorded_list_usd,
        {{ safe_divide(
            'sum(comparable_cost_usd)',
            'sum(list_cost_usd) filter (where comparable_cost_usd is not null)'
        ) }} as recorded_list_ratio,
        {%- for quantile in [0.75, 0.25] %}
            {{ exact_percentile('comparable_cost_usd / list_cost_usd', quantile) }}
            {{- ' -' if not loop.last }}
        {%- endfor %} as recorded_list_spread
    from placed
    group by phase_id, baseline_phase_id, source_system, model_id

),

final as (

    select
        measured.phase_id,
        measured.source_system,
        measured.model_id,
        measured.call_count,
        measured.recorded_call_count,
        cast(measured.list_cost_usd as decimal(18, 9)) as list_cost_usd,
        cast(measured.recorded_cost_usd as decimal(18, 9)) as recorded_cost_usd,
        cast(measured.adjustment_usd as decimal(18, 9)) as adjustment_usd,
        cast(measured.zero_recorded_list_usd as decimal(18, 9))
            as zero_recorded_list_usd,
        measured.recorded_list_ratio,
        earlier.recorded_list_ratio as baseline_recorded_list_ratio,
        measured.recorded_list_spread,
        case
            when measured.absent_call_count = measured.call_count then 'absent'
            when measured.zero_recorded_list_usd > 0.01 * measured.list_cost_usd
                then 'zero_beside_tokens'
            when measured.recorded_list_ratio is null then 'no_list_price'
            when
                measured.recorded_list_spread > 0.1 * measured.recorded_list_ratio
                then 'scatters'
            when
                abs(measured.recorded_list_ratio - earlier.recorded_list_ratio)
                > 0.02 * earlier.recorded_list_ratio
                then 'jumps'
            when abs(measured.recorded_list_ratio - 1) > 0.005 then 'constant_ratio'
            else 'list_price'
        end as credibility
    from measured
    left join measured as earlier
        on
            measured.baseline_phase_id = earlier.phase_id
            and measured.source_system = earlier.source_system
            and measured.model_id = earlier.model_id

)

select * from final
