{#- Whether the run takes in every seed, model and data test of the project, or else all that
    a whole build needs to, which only the caller can know. -#}
{% macro selects_everything() -%}
    {%- set missing = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if node.resource_type in ['seed', 'model', 'test']
            and node.unique_id not in selected_resources -%}
            {%- do missing.append(node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set is_rest_current = env_var('TARS_BENCH_REST_IS_CURRENT', 'false') == 'true' -%}
    {{ return(is_rest_current or missing | length == 0) }}
{%- endmacro %}
