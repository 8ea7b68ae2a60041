-- costs.json is rewritten in place: of a date's versions the newest load speaks, with
-- all of its sessions and none of the older versions'.
with daily_costs as (

    select * from {{ ref('stg_tars__daily_costs') }}

),

session_costs as (

    select * from {{ ref('stg_tars__session_costs') }}

),

entries as (

    select
        cost_date,
        cast(null as varchar) as session_id,
        cost_usd,
        token_count,
        api_call_count,
        cast(null as double) as duration_minutes,
        true as is_day_total,
        file_id,
        line_number,
        load_id
    from daily_costs
    union all
    select
        cost_date,
        session_id,
        cost_usd,
        token_count,
        api_call_count,
        duration_minutes,
        false as is_day_total,
        file_id,
        line_number,
        load_id
    from session_costs

),

ranked_versions as (

    select
        entries.*,
        dense_rank() over (
            partition by entries.cost_date
            order by entries.load_id desc, entries.file_id desc
        ) as version_rank
    from entries

),

ranked_entries as (

    select
        ranked_versions.*,
        row_number() over (
            partition by
                ranked_versions.cost_date,
                ranked_versions.is_day_total,
                ranked_versions.session_id
            order by ranked_versions.line_number desc
        ) as entry_rank
    from ranked_versions
    where ranked_versions.version_rank = 1

),

final as (

    select
        cost_date,
        session_id,
        cost_usd,
        token_count,
        api_call_count,
        duration_minutes,
        is_day_total,
        load_id
    from ranked_entries
    where entry_rank = 1

)

select * from final
