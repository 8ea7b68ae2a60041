-- What each day is made of, in two numbers that add up: how many input rows, and the
-- sum of their hashes. Hours, days, weeks and months whose sums are unchanged keep
-- their rows.
with requests as (

    select * from {{ ref('fct_requests') }}

),

tasks as (

    select * from {{ ref('int_tasks') }}

),

batches as (

    select * from {{ ref('int_batches') }}

),

events as (

    select * from {{ ref('stg_tars__optimization_events') }}

),

feedback as (

    select * from {{ ref('stg_tars__feedback') }}

),

session_costs as (

    select * from {{ ref('stg_tars__session_costs') }}

),

inputs as (

    select
        requested_hour_at as input_hour_at,
        requested_date as input_date,
        true as is_request,
        {{ row_hash(['request_id', 'load_id', 'requested_date']) }} as input_hash
    from requests
    union all
    select
        last_requested_hour_at as input_hour_at,
        last_requested_date as input_date,
        false as is_request,
        {{ row_hash([
            "'task'", 'source_system', 'task_id', 'last_status', 'last_requested_date'
        ]) }} as input_hash
    from tasks
    union all
    select
        last_requested_hour_at as input_hour_at,
        last_requested_date as input_date,
        false as is_request,
        {{ row_hash([
            "'batch'", 'source_system', 'batch_id', 'last_requested_date'
        ]) }} as input_hash
    from batches
    union all
    select
        date_trunc('hour', occurred_at) as input_hour_at,
        {{ reporting_date('occurred_at') }} as input_date,
        false as is_request,
        {{ row_hash(["'event'", 'file_id', 'line_number', 'load_id']) }} as input_hash
    from events
    union all
    select
        date_trunc('hour', submitted_at) as input_hour_at,
        {{ reporting_date('submitted_at') }} as input_date,
        false as is_request,
        {{ row_hash(["'feedback'", 'file_id', 'line_number', 'load_id']) }}
            as input_hash
    from feedback
    union all
    select
        cast(null as timestamp) as input_hour_at,
        cost_date as input_date,
        false as is_request,
        {{ row_hash(["'session'", 'file_id', 'line_number', 'load_id', 'session_id']) }}
            as input_hash
    from session_costs

),

final as (

    select
        input_hour_at,
        input_date,
        count(*) as input_count,
        count(*) filter (where is_request) as request_count,
        sum(cast(input_hash as decimal(38, 0))) as input_hash
    from inputs
    group by
        input_hour_at,
        input_date

)

select * from final
