-- A loop that ends a list with its own comma is misread as nested lines.
-- noqa: disable=LT02
-- Where the figures of every report come from: how much was loaded and until when,
-- where the lines went, which prices hold, and the three costs of everything loaded.
{%- set counts = [
    'day_count', 'active_day_count', 'request_count', 'api_call_count',
    'uncosted_api_call_count',
] %}
{%- set outcomes = ['read', 'kept', 'merged', 'dropped', 'quarantined'] %}
with metrics_daily as (

    select * from {{ ref('metrics_daily') }}

),

line_ledger as (

    select * from {{ ref('line_ledger') }}

),

cost_reconciliation as (

    select * from {{ ref('cost_reconciliation_daily') }}

),

model_prices as (

    select * from {{ ref('stg_prices__model_prices') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

turn_lines as (

    select * from {{ ref('stg_claude_code__turn_lines') }}

),

load_runs as (

    select * from {{ ref('stg_ledger__load_runs') }}

),

summed_days as (

    select
        min(metrics_daily.metric_date) filter (where metrics_daily.day_count > 0)
            as first_date,
        max(metrics_daily.metric_date) filter (where metrics_daily.day_count > 0)
            as last_date,
        {%- for count in counts + ['token_count'] %}
            sum(metrics_daily.{{ count }}) as {{ count }},
        {%- endfor %}
        sum(metrics_daily.cost_usd) as cost_usd,
        sum(metrics_daily.recorded_cost_usd) as recorded_cost_usd,
        sum(metrics_daily.list_cost_usd) as list_cost_usd,
        {{ metric_value('price_coverage') }} as price_coverage_ratio
    from metrics_daily

),

summed_lines as (

    select
        {%- for outcome in outcomes %}
            sum(line_ledger.{{ outcome }}_line_count) as {{ outcome }}_line_count,
        {%- endfor %}
        count(*) as file_count
    from line_ledger

),

summed_reports as (

    select
        sum(cost_reconciliation.reported_cost_usd) as reported_cost_usd,
        count(*) filter (
            where cost_reconciliation.reconciliation_status = 'differs'
        ) as differing_day_count
    from cost_reconciliation

),

summed_requests as (

    select
        count(*) filter (where requests.is_aggregate) as aggregate_request_count,
        sum(requests.web_search_cost_usd) filter (where requests.cost_basis = 'list')
            as web_search_cost_usd,
        sum(requests.logged_cost_usd) filter (
            where requests.cost_credibility = 'adjustment'
        ) as adjustment_usd
    from requests

),

-- A compaction is a call that stands in no line: what it replaced is told, once in
-- each copy of a session.
compactions as (

    select
        coalesce(line_uuid, concat_ws('/', file_id, line_number)) as compaction_id,
        max(compacted_tokens) as compacted_tokens
    from turn_lines
    where line_kind = 'compaction'
    group by compaction_id

),

summed_compactions as (

    select
        count(*) as compaction_count,
        sum(compacted_tokens) as compacted_tokens
    from compactions

),

mean_prices as (

    select
        {{ safe_divide('sum(list_cost_usd)', 'sum(total_tokens)') }}
            as list_usd_per_token
    from requests
    where source_system = 'claude_code' and list_cost_usd is not null

),

latest_prices as (

    select max(model_prices.price_book_version) as price_book_version
    from model_prices

),

latest_load as (

    select max(load_runs.load_id) as last_load_id
    from load_runs
    where load_runs.status = 'complete'

),

final as (

    select
        '{{ reporting_timezone() }}' as reporting_timezone,
        latest_prices.price_book_version,
        latest_load.last_load_id,
        summed_days.first_date,
        summed_days.last_date,
        {%- for count in counts %}
            cast(coalesce(summed_days.{{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        summed_requests.aggregate_request_count,
        cast(coalesce(summed_days.token_count, 0) as bigint) as token_count,
        summed_days.price_coverage_ratio,
        cast(summed_days.cost_usd as decimal(18, 9)) as cost_usd,
        cast(summed_days.recorded_cost_usd as decimal(18, 9)) as recorded_cost_usd,
        cast(summed_days.list_cost_usd as decimal(18, 9)) as list_cost_usd,
        cast(summed_requests.web_search_cost_usd as decimal(18, 9))
            as web_search_cost_usd,
        cast(summed_requests.adjustment_usd as decimal(18, 9)) as adjustment_usd,
        cast(coalesce(summed_compactions.compaction_count, 0) as bigint)
            as compaction_count,
        cast(summed_compactions.compacted_tokens as bigint) as compacted_tokens,
        cast(
            round(
                summed_compactions.compacted_tokens * mean_prices.list_usd_per_token, 2
            ) as decimal(18, 9)
        ) as estimated_compaction_usd,
        cast(summed_reports.reported_cost_usd as decimal(18, 9)) as reported_cost_usd,
        summed_reports.differing_day_count,
        summed_lines.file_count,
        {%- for outcome in outcomes %}
            cast(coalesce(summed_lines.{{ outcome }}_line_count, 0) as bigint)
                as {{ outcome }}_line_count{{ ',' if not loop.last }}
        {%- endfor %}
    from summed_days
    cross join summed_lines
    cross join summed_reports
    cross join summed_requests
    cross join summed_compactions
    cross join mean_prices
    cross join latest_prices
    cross join latest_load

)

select * from final
