{#- on-run-start: notes the run as not successful, until its end says otherwise. A run that
    is killed stays so, and what it left is not published. -#}
{% macro record_run_start() -%}
    {%- if changes_tables() -%}
        {#- Complete is a run that takes in every seed, model and data test of the project, or
            else all that a whole build needs to, which only the caller can know. -#}
        {%- set missing = [] -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.resource_type in ['seed', 'model', 'test']
                and node.unique_id not in selected_resources -%}
                {%- do missing.append(node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set is_rest_current = env_var('TARS_BENCH_REST_IS_CURRENT', 'false') == 'true' %}
        insert into meta.build_runs
        select
            '{{ invocation_id }}' as invocation_id,
            '{{ flags.WHICH }}' as command,
            {{ is_rest_current or missing | length == 0 }} as is_complete,
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
