{#- The unique ids of all incremental models and of every model and seed they read, directly
    or not. -#}
{% macro nodes_above_incrementals() -%}
    {%- set found = incremental_models() -%}
    {%- for unique_id in found -%}
        {%- for parent in graph.nodes[unique_id].depends_on.nodes -%}
            {%- if parent in graph.nodes and parent not in found -%}
                {%- do found.append(parent) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}
