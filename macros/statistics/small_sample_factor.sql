{#- Student's t quantile of the confidence level over the normal one, by which an interval of
    few clusters is wider (Hesterberg 2015, section 5). Cornish–Fisher expansion of t
    (Abramowitz and Stegun 26.7.5): within 1 % for 2 degrees of freedom, 0.1 % from 4 on;
    null for less than one. Rounded, so that the order variances were added up in leaves no
    trace in the bounds. -#}
{% macro small_sample_factor(degrees_of_freedom) -%}
    {%- set z = normal_quantile() -%}
    {%- set terms = [
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    ] -%}
    case
        when {{ degrees_of_freedom }} >= 1
            then round(
                1
                {%- for term in terms %}
                + {{ term / z }} / pow({{ degrees_of_freedom }}, {{ loop.index }})
                {%- endfor %},
                9
            )
    end
{%- endmacro %}
