{#- The 99 % point of a variance estimated with so many degrees of freedom over the true one:
    chi-square / degrees of freedom (Wilson and Hilferty 1931; within 1 % from 2 on). -#}
{% macro variance_ratio_limit(degrees_of_freedom) -%}
    pow(
        1 - 2.0 / (9 * {{ degrees_of_freedom }})
        + 2.3263478740408408 * sqrt(2.0 / (9 * {{ degrees_of_freedom }})),
        3
    )
{%- endmacro %}
