{#- What one factor contributes to the change of a product: its Shapley value, exactly.

    contribution(i) = Δx(i) × integral from 0 to 1 of the product over j ≠ i of
                      ((1 - t) × before(j) + t × after(j)) dt           (Owen 1972)

    It is the mean, over all orders of switching the factors from before to after, of what
    the switch of i changes; the contributions of a product add up to its whole change. No
    logarithm: factors may be zero. The integrand is a polynomial of a degree below the
    number of factors, so Gauss and Legendre's rule with five nodes is no approximation up
    to ten factors.

    Args:
        factors: Names; the columns before_<name> and after_<name> hold the values.
        name: The factor asked for. -#}
{% macro shapley_contribution(factors, name) -%}
    {%- if factors | length > 10 -%}
        {{ exceptions.raise_compiler_error('Five nodes are exact up to ten factors.') }}
    {%- endif -%}
    {#- Abramowitz and Stegun 25.4.30, moved from [-1, 1] to [0, 1]: node, weight. -#}
    {%- set nodes = [
        ('0.0469100770306680036', '0.1184634425280945438'),
        ('0.2307653449471584545', '0.2393143352496832340'),
        ('0.5', '0.2844444444444444444'),
        ('0.7692346550528415455', '0.2393143352496832340'),
        ('0.9530899229693319964', '0.1184634425280945438'),
    ] -%}
    (after_{{ name }} - before_{{ name }}) * (
        {%- for node, weight in nodes %}
        cast({{ weight }} as double)
        {%- for factor in factors if factor != name %}
        * (
            before_{{ factor }}
            + cast({{ node }} as double) * (after_{{ factor }} - before_{{ factor }})
        )
        {%- endfor %}
        {%- if not loop.last %} +{% endif %}
        {%- endfor %}
    )
{%- endmacro %}
