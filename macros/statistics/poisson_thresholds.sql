{#- P(X ≤ k) × 2^32 of a Poisson(1) value X in eight hexadecimal digits, for k = 0, 1, … as
    long as 32 bits tell it from one. -#}
{% macro poisson_thresholds() -%}
    {%- set walk = namespace(probability=0.36787944117144233, below=0.0) -%}
    {%- set thresholds = [] -%}
    {%- for count in range(20) -%}
        {%- set walk.below = walk.below + walk.probability -%}
        {%- set walk.probability = walk.probability / (count + 1) -%}
        {%- set threshold = (walk.below * 4294967296) | round | int -%}
        {%- if threshold < 4294967296 -%}
            {%- do thresholds.append('%08x' | format(threshold)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(thresholds) }}
{%- endmacro %}
