{#- How often a cluster counts in one replicate: a Poisson(1) value, the inverse of its
    distribution function at the number that eight hexadecimal digits of a hash stand for.
    Digits of equal length sort as the numbers they write, so texts are compared and no
    engine has to turn a hash into a number: the weights are the same on every run and
    every engine.
    digits: an expression of eight lower-case hexadecimal digits. -#}
{% macro poisson_weight(digits) -%}
    case
    {%- for threshold in poisson_thresholds() %}
        when {{ digits }} < '{{ threshold }}' then {{ loop.index0 }}
    {%- endfor %}
        else {{ poisson_thresholds() | length }}
    end
{%- endmacro %}
