{#- A select of the numbers 0 to `count` − 1 as `column`; at most 10,000 of them. -#}
{% macro number_series(count, column) -%}
    {%- if count > 10000 -%}
        {{ exceptions.raise_compiler_error('number_series gives at most 10,000 numbers.') }}
    {%- endif -%}
    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
            as {{ column }}
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    where
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        < {{ count }}
{%- endmacro %}
