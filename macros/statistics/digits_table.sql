{#- A select of the ten digits as `digit`: what number_series counts with. -#}
{% macro digits_table() -%}
    {%- for digit in range(10) %}
    select {{ digit }} as digit
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
