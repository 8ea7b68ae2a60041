{#- on-run-start: drops the selected incremental tables that were built under another
    configuration, so that this run builds them anew: after any change of configuration the
    tables are those of a full refresh. -#}
{% macro reset_reconfigured_models() -%}
    {%- if execute and flags.WHICH in ['build', 'run', 'retry'] -%}
        {%- set current = configuration_fingerprint() -%}
        {%- set known = run_query(
            "select unique_id from meta.model_configurations"
            ~ " where configuration_fingerprint = '" ~ current ~ "'"
        ).columns[0].values() -%}
        {%- for unique_id in incremental_models() | sort -%}
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
    {%- endif -%}
{%- endmacro %}
