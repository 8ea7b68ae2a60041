{#- on-run-end: completes the run's row. Successful is a complete `dbt build` without a failed,
    broken or skipped node. A partial build or a test run that succeeds keeps the verdict of
    the run before it; anything else leaves the tables unproven. -#}
{% macro record_run_end(results) -%}
    {%- if changes_tables() -%}
        {%- set failed = results | rejectattr('status', 'in', [
            'success', 'pass', 'warn', 'no-op'
        ]) | list -%}
        {%- set warned = results | selectattr('status', 'equalto', 'warn') | list -%}
        update meta.build_runs
        set
            is_success = (
                {{ failed | length == 0 }}
                and {{ flags.WHICH in ['build', 'test'] }}
                and (
                    ({{ flags.WHICH == 'build' }} and is_complete)
                    or coalesce((
                        select max_by(earlier.is_success, earlier.build_number)
                        from meta.build_runs as earlier
                        where earlier.invocation_id != '{{ invocation_id }}'
                    ), false)
                )
            ),
            node_count = {{ results | length }},
            failed_node_count = {{ failed | length }},
            warned_node_count = {{ warned | length }},
            finished_at = {{ utc_now() }}
        where invocation_id = '{{ invocation_id }}';
    {%- endif -%}
{%- endmacro %}
