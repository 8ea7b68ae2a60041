{#- The component that counts the observations a metric rests on: what it is divided by
    where that is a count of observations, else the API calls (costs and tokens come from
    calls, however many days or tokens they are divided by). -#}
{% macro metric_sample_component(metric_id) -%}
    {%- set denominator = metric_definition(metric_id)['denominator'] -%}
    {%- set no_observations = [
        'active_day_count', 'day_count', 'token_count', 'cache_judged_prompt_tokens',
        'cost_usd',
    ] -%}
    {{ return('api_call_count' if denominator in no_observations else denominator) }}
{%- endmacro %}
