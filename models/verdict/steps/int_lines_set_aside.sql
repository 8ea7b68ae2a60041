-- How much was set aside as unreadable: one row, by lines and by money. A line that
-- still shows its cost weighs that much, any other line of a log of calls the mean of
-- the lines that were read of it: a million lines of another log make it no lighter.
{% set tables_of_calls -%}
    'tars_api_responses', 'claude_code_responses'
{%- endset %}

with ledger as (

    select * from {{ ref('line_ledger') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

files as (

    select * from {{ ref('stg_ledger__files') }}

),

quarantined_lines as (

    select * from {{ ref('stg_ledger__quarantined_lines') }}

),

-- Without costs.json, of which every version that was read counts.
count_lines as (

    select
        {{ safe_divide(
            'sum(quarantined_line_count)', 'sum(read_line_count)'
        ) }} as line_share
    from ledger
    where coalesce(source_table, '') != 'tars_daily_costs'

),

read_lines as (

    select
        source_system,
        sum(read_line_count - quarantined_line_count) as line_count
    from ledger
    where source_table in ({{ tables_of_calls }})
    group by source_system

),

known_costs as (

    select
        source_system,
        cast(sum(cost_usd) as double) as cost_usd
    from requests
    group by source_system

),

weigh_lines as (

    select
        files.source_system,
        {{ try_cast_to(
            json_text('quarantined_lines.fields', 'cost_usd'), 'decimal(18, 9)'
        ) }} as shown_cost_usd,
        {{ safe_divide('known_costs.cost_usd', 'read_lines.line_count') }}
            as mean_cost_usd
    from quarantined_lines
    inner join files on quarantined_lines.file_id = files.file_id
    left join known_costs on files.source_system = known_costs.source_system
    left join read_lines on files.source_system = read_lines.source_system
    where files.source_table in ({{ tables_of_calls }})

),

sum_costs as (

    select
        (select sum(cost_usd) from known_costs) as known_usd,
        sum(
            case
                when shown_cost_usd >= 0 then cast(shown_cost_usd as double)
                else mean_cost_usd
            end
        ) as set_aside_usd
    from weigh_lines

),

final as (

    select
        count_lines.line_share,
        {{ safe_divide(
            'sum_costs.set_aside_usd', 'sum_costs.set_aside_usd + sum_costs.known_usd'
        ) }} as cost_share
    from count_lines
    cross join sum_costs

)

select * from final
