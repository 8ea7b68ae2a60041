{#- on-run-start: notes the run as not successful, until its end says otherwise. A run that
    is killed stays so, and what it left is not published. -#}
{% macro record_run_start() -%}
    {%- if changes_tables() -%}
        insert into meta.build_runs
        select
            '{{ invocation_id }}' as invocation_id,
            '{{ flags.WHICH }}' as command,
            {{ selects_everything() }} as is_complete,
            false as is_success,
            0 as node_count,
            0 as failed_node_count,
            0 as warned_node_count,
            max(load_id) as last_load_id,
            {{ utc_now() }} as started_at,
            {{ utc_now() }} as finished_at,
            (
                select coalesce(max(build_runs.build_number), 0) + 1
                from meta.build_runs
            ) as build_number
        from {{ source('ledger', 'load_runs') }}
    {%- endif -%}
{%- endmacro %}
