{#- on-run-start: drops the tables that are no longer those of the project. Of the selected
    incremental ones those that were built under another configuration, so that this run
    builds them anew: after any change of configuration the tables are those of a full
    refresh. Of all others those whose model is gone, so that no reader takes what an earlier
    version built for a table of this one. -#}
{% macro reset_reconfigured_models() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- set incrementals = graph.nodes.values()
            | selectattr('resource_type', 'equalto', 'model')
            | selectattr('config.materialized', 'equalto', 'incremental')
            | map(attribute='unique_id') | sort -%}
        {%- set current = configuration_fingerprint(incrementals) -%}
        {%- set known = run_query(
            "select unique_id from meta.model_configurations"
            ~ " where configuration_fingerprint = '" ~ current ~ "'"
        ).columns[0].values() -%}
        {%- for unique_id in incrementals -%}
            {%- if unique_id in selected_resources and unique_id not in known %}
                {%- set node = graph.nodes[unique_id] -%}
                {%- set relation = adapter.get_relation(
                    node.database, node.schema, node.alias
                ) -%}
                {%- if relation is not none -%}
                    {#- Not as text: dbt has to know that the table is gone. -#}
                    {%- do adapter.drop_relation(relation) -%}
                {%- endif %}
        delete from meta.model_configurations where unique_id = '{{ unique_id }}';
        insert into meta.model_configurations values ('{{ unique_id }}', '{{ current }}');
            {%- endif -%}
        {%- endfor -%}
        {%- set built = run_query(
            'select unique_id, database_name, schema_name, model_name from meta.compiled_models'
        ) -%}
        {%- for row in built.rows if row[0] not in graph.nodes -%}
            {%- set relation = adapter.get_relation(row[1], row[2], row[3]) -%}
            {%- if relation is not none -%}
                {%- do adapter.drop_relation(relation) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
