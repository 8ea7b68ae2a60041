-- The three days and two models that docs/method/bridge.md works by hand ("A bridge by
-- hand"): on paper large gives 53/9, -52/9 and -37/9 dollars, small 7/36, -8/36 and
-- 37/36.
{% set chain = ['workload', 'response_cache', 'model_mix', 'rest'] %}
{% set tolerance = var('bridge_residual_tolerance_ratio') %}
with given as (

    select
        'large' as model_id,
        2 as before_workload,
        3 as after_workload,
        1 as before_response_cache,
        2.0 / 3 as after_response_cache,
        1 as before_model_mix,
        0.75 as after_model_mix,
        8 as before_rest,
        8 as after_rest,
        53.0 / 9 as workload_usd,
        -52.0 / 9 as response_cache_usd,
        -37.0 / 9 as model_mix_usd
    union all
    select
        'small' as model_id,
        2 as before_workload,
        3 as after_workload,
        1 as before_response_cache,
        2.0 / 3 as after_response_cache,
        0 as before_model_mix,
        0.25 as after_model_mix,
        2 as before_rest,
        2 as after_rest,
        7.0 / 36 as workload_usd,
        -8.0 / 36 as response_cache_usd,
        37.0 / 36 as model_mix_usd

),

final as (

    select
        given.model_id,
        given.workload_usd,
        given.response_cache_usd,
        given.model_mix_usd
    from given
    where
        abs({{ shapley_contribution(chain, 'rest') }}) > {{ tolerance }}
        {% for factor in ['workload', 'response_cache', 'model_mix'] %}
            or abs({{ shapley_contribution(chain, factor) }} - given.{{ factor }}_usd)
            > {{ tolerance }}
        {% endfor %}

)

select * from final
