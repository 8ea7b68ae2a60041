-- Where every line of every file went: read = kept + merged + dropped + quarantined.
-- The loader keeps a line; the models find that some kept lines speak of a request
-- another line speaks for, and those are merged. Lines of copies of a file are not read
-- twice: they are counted beside, as repeated.
with files as (

    select * from {{ ref('stg_ledger__files') }}

),

line_outcomes as (

    select * from {{ ref('stg_ledger__line_outcomes') }}

),

tars_lines as (

    select * from {{ ref('stg_tars__api_responses') }}

),

claude_code_lines as (

    select * from {{ ref('stg_claude_code__responses') }}

),

requests as (

    select * from {{ ref('fct_requests') }}

),

count_synthetic_lines as (

    select
        file_id,
        count(*) as line_count
    from claude_code_lines
    where model_id = '<synthetic>' and not coalesce(is_api_error, false)
    group by file_id

),

outcomes as (

    -- Answers that a client made up itself are loaded, and dropped by the models.
    select
        file_id,
        outcome,
        rule as rule_name,
        line_count
    from line_outcomes
    union all
    select
        file_id,
        'kept' as outcome,
        cast(null as varchar) as rule_name,
        -line_count as line_count
    from count_synthetic_lines
    union all
    select
        file_id,
        'dropped' as outcome,
        'synthetic_model' as rule_name,
        line_count
    from count_synthetic_lines

),

sum_rules as (

    select
        file_id,
        outcome,
        rule_name,
        sum(line_count) as line_count,
        concat_ws(': ', rule_name, sum(line_count)) as rule_lines
    from outcomes
    group by
        file_id,
        outcome,
        rule_name

),

sum_outcomes as (

    select
        file_id,
        sum(line_count) filter (where outcome = 'kept') as kept_line_count,
        sum(line_count) filter (where outcome = 'dropped') as dropped_line_count,
        sum(line_count) filter (where outcome = 'repeated') as repeated_line_count,
        sum(line_count) filter (where outcome = 'quarantined')
            as quarantined_line_count,
        {{ ordered_list('rule_lines', 'rule_name', "outcome = 'dropped'") }}
            as dropped_by_rule,
        {{ ordered_list('rule_lines', 'rule_name', "outcome = 'quarantined'") }}
            as quarantined_by_rule
    from sum_rules
    group by file_id

),

request_lines as (

    select file_id from tars_lines
    union all
    select file_id
    from claude_code_lines
    where model_id != '<synthetic>' or is_api_error

),

count_request_lines as (

    select
        file_id,
        count(*) as line_count
    from request_lines
    group by file_id

),

count_requests as (

    select
        file_id,
        count(*) as request_count
    from requests
    where sampling_type = 'message'
    group by file_id

),

counted as (

    select
        files.file_id,
        files.source_system,
        files.source_table,
        files.path,
        files.line_count,
        coalesce(sum_outcomes.kept_line_count, 0) as kept_line_count,
        coalesce(count_request_lines.line_count, 0)
        - coalesce(count_requests.request_count, 0) as merged_line_count,
        coalesce(sum_outcomes.dropped_line_count, 0) as dropped_line_count,
        coalesce(sum_outcomes.quarantined_line_count, 0) as quarantined_line_count,
        coalesce(sum_outcomes.repeated_line_count, 0) as repeated_line_count,
        sum_outcomes.dropped_by_rule,
        sum_outcomes.quarantined_by_rule,
        files.first_load_id,
        files.last_load_id
    from files
    left join sum_outcomes
        on files.file_id = sum_outcomes.file_id
    left join count_request_lines
        on files.file_id = count_request_lines.file_id
    left join count_requests
        on files.file_id = count_requests.file_id

),

final as (

    select
        file_id,
        source_system,
        source_table,
        path,
        cast(line_count as bigint) as read_line_count,
        cast(kept_line_count - merged_line_count as bigint) as kept_line_count,
        cast(merged_line_count as bigint) as merged_line_count,
        cast(dropped_line_count as bigint) as dropped_line_count,
        cast(quarantined_line_count as bigint) as quarantined_line_count,
        cast(repeated_line_count as bigint) as repeated_line_count,
        dropped_by_rule,
        quarantined_by_rule,
        first_load_id,
        last_load_id
    from counted

)

select * from final
