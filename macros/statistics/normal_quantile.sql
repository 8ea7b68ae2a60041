{#- The two-sided standard normal quantile of the confidence level: 1.96 for 95 %. -#}
{% macro normal_quantile() -%}
    {%- set quantiles = {
        0.8: 1.2815515655446004,
        0.9: 1.6448536269514722,
        0.95: 1.959963984540054,
        0.99: 2.5758293035489004,
    } -%}
    {%- if var('confidence_level') not in quantiles -%}
        {{ exceptions.raise_compiler_error(
            'confidence_level is one of ' ~ (quantiles | join(', '))
            ~ ', not ' ~ var('confidence_level')
        ) }}
    {%- endif -%}
    {{ return(quantiles[var('confidence_level')]) }}
{%- endmacro %}
