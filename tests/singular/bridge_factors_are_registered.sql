-- The seed and the macro that writes the bridge's columns name the same factors, in the
-- same order.
with factors as (

    select * from {{ ref('bridge_factors') }}

),

macro_factors as (
    {% for factor in bridge_factor_ids() %}
        select
            '{{ factor }}' as factor_id,
            {{ loop.index }} as factor_order
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

final as (

    select
        factors.factor_id,
        macro_factors.factor_id as macro_factor_id
    from factors
    full outer join macro_factors
        on
            factors.factor_id = macro_factors.factor_id
            and factors.factor_order = macro_factors.factor_order
    where factors.factor_id is null or macro_factors.factor_id is null

)

select * from final
