-- The spine: every day from the first to the last with a request, event or feedback.
-- Days before the first or after the last request belong to it without counting as
-- calendar days. Days that only costs.json knows are not on it; the reconciliation
-- shows them. What a clock set wrong wrote does not stretch it:
--   * a record dated more than a day after its load has not happened: its day is none;
--   * a silence of more than var longest_silence_days is not filled with empty days.
with requests as (

    select * from {{ ref('fct_requests') }}

),

events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

feedback as (

    select * from {{ ref('stg_tars__feedback') }}

),

load_runs as (

    select * from {{ ref('stg_ledger__load_runs') }}

),

inputs as (

    select
        requested_at as happened_at,
        requested_date as input_date,
        load_id,
        true as is_request
    from requests
    union all
    select
        occurred_at as happened_at,
        {{ reporting_date('occurred_at') }} as input_date,
        load_id,
        false as is_request
    from events
    union all
    select
        submitted_at as happened_at,
        {{ reporting_date('submitted_at') }} as input_date,
        load_id,
        false as is_request
    from feedback

),

input_days as (

    select
        inputs.input_date,
        bool_or(inputs.is_request) as has_request,
        lead(inputs.input_date) over (order by inputs.input_date) as next_date
    from inputs
    left join load_runs on inputs.load_id = load_runs.load_id
    where
        load_runs.load_id is null
        or inputs.happened_at <= load_runs.started_at + {{ hours_interval(24) }}
    group by inputs.input_date

),

runs as (

    select
        input_date as first_date,
        case
            when next_date - input_date <= {{ var('longest_silence_days') }}
                then cast(next_date - 1 as date)
            else input_date
        end as last_date
    from input_days

),

bounds as (

    select
        min(input_date) as first_request_date,
        max(input_date) as last_request_date
    from input_days
    where has_request

),

spine as (

    {{ date_spine_between('runs', 'first_date', 'last_date', 'metric_date') }}

),

final as (

    select
        spine.metric_date,
        case
            when
                spine.metric_date
                between bounds.first_request_date and bounds.last_request_date
                then 1
            else 0
        end as day_count
    from spine
    cross join bounds

)

select * from final
