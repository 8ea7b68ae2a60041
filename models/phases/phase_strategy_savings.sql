-- What the optimization log says each strategy saved in each phase. Savings are the
-- events' tokens valued at the price that would have been billed; what the log itself
-- claims in dollars stands beside it. Neither is proof: the drop in cost that was
-- measured is a line of its own in phase_savings_lines.
--   savings_per_day_usd     = savings / days with API calls of the phase
--   share_of_baseline_cost  = savings per day / daily cost of the baseline
{%- set counts = [
    'event_count', 'matched_event_count', 'matched_request_count',
    'matched_api_call_count', 'orphan_event_count', 'unvalued_event_count',
] %}

with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

phase_strategies as (

    select * from {{ ref('phase_strategies') }}

),

strategies as (

    select * from {{ ref('optimization_strategies') }}

),

optimization_events as (

    select * from {{ ref('fct_optimization_events') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

phase_metrics as (

    select * from {{ ref('phase_metrics') }}

),

first_phases as (

    select
        phase_strategies.strategy_id,
        min_by(phase_windows.phase_id, phase_windows.phase_order) as first_phase_id,
        min(phase_windows.phase_order) as first_phase_order
    from phase_strategies
    inner join phase_windows on phase_strategies.phase_id = phase_windows.phase_id
    group by phase_strategies.strategy_id

),

summed_events as (

    select
        phase_windows.phase_id,
        optimization_events.strategy_id,
        count(*) as event_count,
        count(*) filter (
            where not optimization_events.is_orphan
        ) as matched_event_count,
        count(distinct optimization_events.matched_request_id) as matched_request_count,
        count(distinct optimization_events.matched_request_id) filter (
            where requests.is_api_call
        ) as matched_api_call_count,
        count(*) filter (
            where optimization_events.is_saving_claim
            and optimization_events.is_orphan
        ) as orphan_event_count,
        count(*) filter (
            where optimization_events.is_saving_claim
            and optimization_events.valued_savings_usd is null
        ) as unvalued_event_count,
        sum(optimization_events.tokens_saved) as tokens_saved,
        sum(optimization_events.valued_savings_usd) as savings_usd,
        sum(optimization_events.claimed_savings_usd) as claimed_savings_usd
    from phase_windows
    inner join optimization_events
        on
            optimization_events.occurred_date
            between phase_windows.start_date and phase_windows.end_date
    left join requests
        on optimization_events.matched_request_id = requests.request_id
    where optimization_events.strategy_id is not null
    group by
        phase_windows.phase_id,
        optimization_events.strategy_id

),

counted_savings as (

    select
        phase_windows.phase_id,
        strategies.strategy_id,
        first_phases.first_phase_id,
        strategies.strategy_name,
        strategies.display_order,
        phase_windows.phase_order,
        first_phases.first_phase_order,
        phase_windows.active_day_count,
        phase_windows.api_call_count,
        baseline_costs.metric_value as baseline_daily_cost_usd,
        {%- for count in counts %}
            coalesce(summed_events.{{ count }}, 0) as {{ count }},
        {%- endfor %}
        case
            when phase_windows.request_count = 0 or not phase_windows.has_event_log
                then null
            else coalesce(summed_events.tokens_saved, 0)
        end as tokens_saved,
        case
            when phase_windows.request_count = 0 or not phase_windows.has_event_log
                then null
            when summed_events.event_count is null then 0
            else summed_events.savings_usd
        end as savings_usd,
        summed_events.claimed_savings_usd,
        phase_strategies.strategy_id is not null as is_switched_on,
        case
            when phase_windows.day_count = 0
                then 'no data were logged in this phase'
            when phase_windows.request_count = 0
                then 'no request was logged in this phase'
            when not phase_windows.has_event_log
                then 'no optimization event was ever logged'
        end as unlogged_reason
    from phase_windows
    cross join strategies
    left join first_phases on strategies.strategy_id = first_phases.strategy_id
    left join phase_strategies
        on
            phase_windows.phase_id = phase_strategies.phase_id
            and strategies.strategy_id = phase_strategies.strategy_id
    left join summed_events
        on
            phase_windows.phase_id = summed_events.phase_id
            and strategies.strategy_id = summed_events.strategy_id
    left join phase_metrics as baseline_costs
        on
            phase_windows.baseline_phase_id = baseline_costs.phase_id
            and baseline_costs.metric_id = 'daily_cost'

),

final as (

    select
        counted_savings.phase_id,
        counted_savings.strategy_id,
        counted_savings.first_phase_id,
        counted_savings.strategy_name,
        counted_savings.display_order,
        counted_savings.active_day_count,
        {%- for count in counts %}
            counted_savings.{{ count }},
        {%- endfor %}
        {{ safe_divide(
            'counted_savings.matched_api_call_count', 'counted_savings.api_call_count'
        ) }} as matched_call_share,
        cast(counted_savings.tokens_saved as bigint) as tokens_saved,
        {{ safe_divide(
            'counted_savings.tokens_saved', 'counted_savings.active_day_count'
        ) }} as tokens_saved_per_day,
        cast(counted_savings.savings_usd as decimal(18, 9)) as savings_usd,
        cast(counted_savings.claimed_savings_usd as decimal(18, 9))
            as claimed_savings_usd,
        {{ safe_divide(
            'counted_savings.savings_usd', 'counted_savings.active_day_count'
        ) }} as savings_per_day_usd,
        {{ safe_divide(
            safe_divide(
                'counted_savings.savings_usd', 'counted_savings.active_day_count'
            ),
            'counted_savings.baseline_daily_cost_usd'
        ) }} as share_of_baseline_cost,
        counted_savings.is_switched_on,
        coalesce(
            counted_savings.first_phase_order = counted_savings.phase_order, false
        ) as is_new_in_phase,
        counted_savings.event_count > 0
        and not counted_savings.is_switched_on as is_outside_plan,
        case
            when counted_savings.savings_usd is not null then null
            else coalesce(
                counted_savings.unlogged_reason,
                'no price is known to value the events with'
            )
        end as missing_reason
    from counted_savings

)

select * from final
