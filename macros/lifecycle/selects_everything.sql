{#- Whether the run takes in every seed, model and data test of the project. -#}
{% macro selects_everything() -%}
    {%- set missing = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.resource_type in ['seed', 'model', 'test']
            and node.unique_id not in selected_resources -%}
            {%- do missing.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(missing | length == 0) }}
{%- endmacro %}
