{#- Everything besides new rows that incremental tables depend on, as one md5: time zone,
    price book, restated files, the discount of batches, and the text of every incremental
    model, model above it and seed above it. -#}
{% macro configuration_fingerprint() -%}
    {%- set parts = [reporting_timezone()] -%}

    {%- do parts.append('batch_discount_ratio=' ~ var('batch_discount_ratio')) -%}
    {%- do parts.append('us_inference=' ~ var('us_inference_price_factor')) -%}

    {%- for unique_id in nodes_above_incrementals() | sort -%}
        {%- do parts.append(unique_id ~ '=' ~ graph.nodes[unique_id].checksum.checksum) -%}
    {%- endfor -%}

    {%- set loaded = run_query(loaded_configuration_sql()) -%}
    {%- for value in loaded.rows[0].values() -%}
        {%- do parts.append(value ~ '') -%}
    {%- endfor -%}

    {{ return(local_md5(parts | join('\n'))) }}
{%- endmacro %}
