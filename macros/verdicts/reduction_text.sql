{#- A reduction as words: 0.1 is 'fell 10.0%', -0.1 is 'rose 10.0%', with the interval of the
    change where there is one.

    Args:
        relation: The relation that holds the columns.
        reduction: The column of the reduction; its interval is <reduction>_low and _high. -#}
{% macro reduction_text(relation, reduction) -%}
    {%- set percent = (var('confidence_level') * 100) | round | int -%}
    {%- set value = relation ~ '.' ~ reduction -%}
    case when {{ value }} < 0 then 'rose ' else 'fell ' end
    || {{ percent_text('abs(' ~ value ~ ')') }}
    || coalesce(
        ' ({{ percent }}% interval '
        {%- for end in ['high', 'low'] %}
        || case when {{ value }}_{{ end }} < 0 then '+' else '' end
        || {{ percent_text('0 - ' ~ value ~ '_' ~ end) }}
        || {{ "' to '" if loop.first else "')'" }}
        {%- endfor %},
        ''
    )
{%- endmacro %}
