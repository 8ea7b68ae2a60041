{#- The id of a cluster: its kind, and of owner (session or task), day and hour those that
    the kind has. -#}
{% macro cluster_key(cluster_kind, source_system, owner, day, hour) -%}
    {{ surrogate_key([
        cluster_kind,
        source_system,
        "case when " ~ cluster_kind ~ " <> 'hour' then " ~ owner ~ " end",
        "case when " ~ cluster_kind ~ " = 'session_day' then " ~ day ~ " end",
        "case when " ~ cluster_kind ~ " = 'hour' then " ~ hour ~ " end",
    ]) }}
{%- endmacro %}
