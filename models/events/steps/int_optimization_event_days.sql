-- What the values of a day's events are made of, in one text: the events with the
-- requests and batches they are about, the day's mean costs, the baseline's model. A
-- day with the same text keeps the values it has.
with events as (

    select * from {{ ref('int_optimization_events_matched') }}

),

deferrals as (

    select * from {{ ref('int_lazy_deferrals_followed') }}

),

batches as (

    select * from {{ ref('int_batches') }}

),

day_unit_costs as (

    select * from {{ ref('int_day_unit_costs') }}

),

task_type_unit_costs as (

    select * from {{ ref('int_task_type_unit_costs') }}

),

baseline_model as (

    select * from {{ ref('int_baseline_model') }}

),

inputs as (

    select
        occurred_date,
        true as is_event,
        {{ row_hash([
            'event_id', 'load_id', 'matched_request_id', 'matched_load_id',
            'match_rule', 'is_repeat',
        ]) }} as input_hash
    from events
    union all
    select
        events.occurred_date,
        false as is_event,
        {{ row_hash(["'batch'", 'events.event_id', 'batches.list_cost_usd']) }}
            as input_hash
    from events
    inner join batches
        on
            events.batch_id = batches.batch_id
            and batches.source_system = 'tars'
    where events.match_rule = 'batch'
    union all
    select
        occurred_date,
        false as is_event,
        {{ row_hash(["'lazy'", 'event_id', 'was_loaded', 'is_repeat']) }} as input_hash
    from deferrals
    union all
    select
        requested_date as occurred_date,
        false as is_event,
        {{ row_hash(["'model'", 'model_id', 'usd_per_call', 'list_usd_per_token']) }}
            as input_hash
    from day_unit_costs
    union all
    select
        requested_date as occurred_date,
        false as is_event,
        {{ row_hash(["'type'", 'task_type', 'usd_per_call']) }} as input_hash
    from task_type_unit_costs

),

final as (

    select
        occurred_date,
        concat_ws(
            ':',
            count(*) filter (where is_event),
            sum(cast(input_hash as decimal(38, 0))),
            (select baseline_model.model_id from baseline_model)
        ) as fingerprint
    from inputs
    group by occurred_date
    having count(*) filter (where is_event) > 0

)

select * from final
