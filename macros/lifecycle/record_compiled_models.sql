{#- on-run-end: keeps the SQL each table was built with, and what it reads, so that readers of
    the published file can run the very same SQL over other days. Incremental models are left
    out: what they compile to depends on what was there before.
    Columns of meta.compiled_models: see create_meta_tables. -#}
{% macro record_compiled_models(results) -%}
    {%- if changes_tables() -%}
    {%- set built = results
        | map(attribute='node')
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('compiled_code')
        | list -%}
    delete from meta.compiled_models
    where
        unique_id in (
            {%- for node in built %}'{{ node.unique_id }}', {% endfor -%}
            ''
        )
        or unique_id not in ('{{ graph.nodes | join("', '") }}');
    {% for node in built if node.config.materialized in ['table', 'view'] -%}
        {%- set parents = [] -%}
        {%- for parent in node.depends_on.nodes if parent in graph.nodes -%}
            {%- do parents.append(
                graph.nodes[parent].schema ~ '.' ~ graph.nodes[parent].alias
            ) -%}
        {%- endfor -%}
        insert into meta.compiled_models
        values (
            '{{ node.unique_id }}',
            '{{ node.database }}',
            '{{ node.schema }}',
            '{{ node.alias }}',
            {{ "['" ~ parents | join("', '") ~ "']" if parents else '[]' }},
            '{{ node.compiled_code | replace("'", "''") }}'
        );
    {% endfor -%}
    {%- endif -%}
{%- endmacro %}
