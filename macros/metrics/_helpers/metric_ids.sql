{#- Every metric id, in the order of the metric_definitions seed. `kind` keeps 'ratio' or
    'percentile' only; `per_hour` leaves out the metrics divided by days, which an hour
    has no share of. A test holds this list, the seed and the files of this folder equal. -#}
{% macro metric_ids(kind=none, per_hour=false) -%}
    {%- set all_ids = [
        'daily_cost',
        'daily_cost_calendar',
        'weekly_cost',
        'monthly_cost_projection',
        'cost_per_api_call',
        'cost_per_task',
        'cost_per_million_tokens',
        'response_time_avg',
        'response_time_p50',
        'response_time_p95',
        'response_time_p99',
        'time_to_first_token_avg',
        'time_to_first_token_p95',
        'cache_hit_rate',
        'prompt_cache_read_rate',
        'batch_efficiency',
        'batches_per_day',
        'lazy_deferred_per_day',
        'cache_tokens_saved_per_day',
        'api_calls_per_day',
        'requests_per_day',
        'tokens_per_day',
        'haiku_call_share',
        'sonnet_call_share',
        'haiku_cost_share',
        'sonnet_cost_share',
        'task_completion_rate',
        'quality_score_avg',
        'error_rate',
        'user_satisfaction_avg',
        'cached_response_accuracy',
        'price_coverage',
        'tokens_per_api_call',
        'requests_per_task',
        'api_calls_per_task',
    ] -%}
    {%- set chosen = [] -%}
    {%- for metric_id in all_ids -%}
        {%- set metric = metric_definition(metric_id) -%}
        {%- set per_day = metric['denominator'] in ['day_count', 'active_day_count'] -%}
        {%- if (kind is none or metric['kind'] == kind)
            and not (per_hour and per_day) -%}
            {%- do chosen.append(metric_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(chosen) }}
{%- endmacro %}
