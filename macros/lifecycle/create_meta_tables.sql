{#- on-run-start: the tables that dbt keeps of its own runs. -#}
{% macro create_meta_tables() -%}
    {%- if changes_tables() -%}
        create schema if not exists meta;
        create table if not exists meta.build_runs (
            invocation_id varchar not null,
            command varchar not null,
            is_complete boolean not null,
            is_success boolean not null,
            node_count bigint not null,
            failed_node_count bigint not null,
            warned_node_count bigint not null,
            last_load_id bigint,
            started_at timestamp not null,
            finished_at timestamp not null
        );
        -- Which run is the last: counted up, as clocks go back.
        alter table meta.build_runs add column if not exists build_number bigint;
        create table if not exists meta.model_configurations (
            unique_id varchar not null,
            configuration_fingerprint varchar not null
        );
        create table if not exists meta.compiled_models (
            unique_id varchar not null,
            database_name varchar not null,
            schema_name varchar not null,
            model_name varchar not null,
            -- The relations it reads: 'marts.metrics_daily'.
            read_relations varchar[] not null,
            compiled_sql varchar not null
        )
    {%- endif -%}
{%- endmacro %}
