-- What reached each phase and when: requests that the last load which brought any added to
-- days that an earlier load had already passed, and cost on models whose prices changed
-- inside the phase (a new rate card with the same prices is no change).
with phase_windows as (

    select * from {{ ref('phase_windows') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

load_runs as (

    select * from {{ ref('stg_ledger__load_runs') }}

),

rates as (

    select * from {{ ref('int_model_rates') }}

),

last_loads as (

    select
        max(load_runs.load_id) as last_load_id,
        count(*) as load_count
    from load_runs
    where
        load_runs.status = 'complete'
        and load_runs.load_id in (select requests.load_id from requests)

),

earlier_days as (

    select max(requests.requested_date) as last_date
    from requests
    cross join last_loads
    where requests.load_id < last_loads.last_load_id

),

count_late_requests as (

    select
        phase_windows.phase_id,
        count(*) as request_count,
        count(*) filter (
            where requests.load_id = last_loads.last_load_id
            and requests.requested_date < earlier_days.last_date
        ) as late_request_count
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    cross join last_loads
    cross join earlier_days
    group by phase_windows.phase_id

),

sum_models as (

    select
        phase_windows.phase_id,
        requests.model_id,
        rates.speed,
        rates.min_prompt_tokens,
        count(distinct concat_ws(
            '/',
            {% for token_class in token_classes() %}
                coalesce(rates.{{ token_class }}_usd_per_million, -1)
                {{- ',' if not loop.last }}
            {% endfor %}
        )) > 1 as is_repriced,
        sum(requests.cost_usd) as cost_usd
    from phase_windows
    inner join requests
        on
            requests.requested_date
            between phase_windows.start_date and phase_windows.end_date
    inner join rates on requests.price_id = rates.price_id
    where requests.is_api_call
    group by
        phase_windows.phase_id,
        requests.model_id,
        rates.speed,
        rates.min_prompt_tokens

),

share_costs as (

    select
        sum_models.phase_id,
        {{ safe_divide(
            'coalesce(
                sum(sum_models.cost_usd) filter (where sum_models.is_repriced), 0
            )',
            'sum(sum_models.cost_usd)'
        ) }} as repriced_cost_share
    from sum_models
    group by sum_models.phase_id

),

final as (

    select
        phase_windows.phase_id,
        coalesce(count_late_requests.request_count, 0) as request_count,
        case
            when last_loads.load_count > 1
                then coalesce(count_late_requests.late_request_count, 0)
        end as late_request_count,
        share_costs.repriced_cost_share
    from phase_windows
    cross join last_loads
    left join count_late_requests
        on phase_windows.phase_id = count_late_requests.phase_id
    left join share_costs on phase_windows.phase_id = share_costs.phase_id

)

select * from final
