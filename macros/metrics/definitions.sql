{#- Every metric in display order: a dict of id → parts. Written by bench/metric_macros.py from
    seeds/metric_definitions.csv; change the seed, not this file.
    kind 'ratio':      value = scale × sum(numerator) / sum(denominator), both components of a
                       window (component_columns, day_count, active_day_count); null where
                       sum(requires) is 0: no source of the window can log it;
    kind 'percentile': value = the exact `quantile` of `value` over the rows of fct_requests
                       that meet `filter`; `denominator` is the component that counts them. -#}
{% macro metric_definitions() -%}
    {{ return({
        'daily_cost': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'active_day_count',
            'scale': 1,
        },
        'daily_cost_calendar': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'day_count',
            'scale': 1,
        },
        'weekly_cost': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'active_day_count',
            'scale': 7,
        },
        'monthly_cost_projection': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'day_count',
            'scale': var('days_per_month'),
        },
        'cost_per_api_call': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'api_call_count',
            'scale': 1,
        },
        'cost_per_task': {
            'kind': 'ratio',
            'numerator': 'cost_usd',
            'denominator': 'task_count',
            'scale': 1,
        },
        'cost_per_million_tokens': {
            'kind': 'ratio',
            'numerator': 'api_cost_usd',
            'denominator': 'token_count',
            'scale': 1000000,
        },
        'response_time_avg': {
            'kind': 'ratio',
            'numerator': 'response_time_sum_ms',
            'denominator': 'response_time_count',
            'scale': 1,
        },
        'response_time_p50': {
            'kind': 'percentile',
            'value': 'response_time_ms',
            'denominator': 'response_time_count',
            'scale': 1,
            'quantile': 0.5,
            'filter': 'is_api_call',
        },
        'response_time_p95': {
            'kind': 'percentile',
            'value': 'response_time_ms',
            'denominator': 'response_time_count',
            'scale': 1,
            'quantile': 0.95,
            'filter': 'is_api_call',
        },
        'response_time_p99': {
            'kind': 'percentile',
            'value': 'response_time_ms',
            'denominator': 'response_time_count',
            'scale': 1,
            'quantile': 0.99,
            'filter': 'is_api_call',
        },
        'time_to_first_token_avg': {
            'kind': 'ratio',
            'numerator': 'time_to_first_token_sum_ms',
            'denominator': 'time_to_first_token_count',
            'scale': 1,
        },
        'time_to_first_token_p95': {
            'kind': 'percentile',
            'value': 'time_to_first_token_ms',
            'denominator': 'time_to_first_token_count',
            'scale': 1,
            'quantile': 0.95,
            'filter': 'is_api_call',
        },
        'cache_hit_rate': {
            'kind': 'ratio',
            'numerator': 'cache_hit_count',
            'denominator': 'cache_judged_request_count',
            'scale': 1,
        },
        'prompt_cache_read_rate': {
            'kind': 'ratio',
            'numerator': 'cache_read_tokens',
            'denominator': 'cache_judged_prompt_tokens',
            'scale': 1,
        },
        'batch_efficiency': {
            'kind': 'ratio',
            'numerator': 'batched_api_call_count',
            'denominator': 'batch_judged_api_call_count',
            'scale': 1,
        },
        'batches_per_day': {
            'kind': 'ratio',
            'numerator': 'batch_count',
            'denominator': 'active_day_count',
            'scale': 1,
            'requires': 'batch_judged_api_call_count',
        },
        'lazy_deferred_per_day': {
            'kind': 'ratio',
            'numerator': 'lazy_deferred_count',
            'denominator': 'active_day_count',
            'scale': 1,
        },
        'cache_tokens_saved_per_day': {
            'kind': 'ratio',
            'numerator': 'avoided_tokens',
            'denominator': 'active_day_count',
            'scale': 1,
            'requires': 'cache_judged_request_count',
        },
        'api_calls_per_day': {
            'kind': 'ratio',
            'numerator': 'api_call_count',
            'denominator': 'active_day_count',
            'scale': 1,
        },
        'requests_per_day': {
            'kind': 'ratio',
            'numerator': 'request_count',
            'denominator': 'active_day_count',
            'scale': 1,
        },
        'tokens_per_day': {
            'kind': 'ratio',
            'numerator': 'token_count',
            'denominator': 'active_day_count',
            'scale': 1,
        },
        'haiku_call_share': {
            'kind': 'ratio',
            'numerator': 'haiku_api_call_count',
            'denominator': 'api_call_count',
            'scale': 1,
        },
        'sonnet_call_share': {
            'kind': 'ratio',
            'numerator': 'sonnet_api_call_count',
            'denominator': 'api_call_count',
            'scale': 1,
        },
        'haiku_cost_share': {
            'kind': 'ratio',
            'numerator': 'haiku_cost_usd',
            'denominator': 'cost_usd',
            'scale': 1,
        },
        'sonnet_cost_share': {
            'kind': 'ratio',
            'numerator': 'sonnet_cost_usd',
            'denominator': 'cost_usd',
            'scale': 1,
        },
        'task_completion_rate': {
            'kind': 'ratio',
            'numerator': 'judged_completed_task_count',
            'denominator': 'judged_task_count',
            'scale': 1,
        },
        'quality_score_avg': {
            'kind': 'ratio',
            'numerator': 'quality_score_sum',
            'denominator': 'quality_score_count',
            'scale': 1,
        },
        'error_rate': {
            'kind': 'ratio',
            'numerator': 'api_error_count',
            'denominator': 'judged_api_call_count',
            'scale': 1,
        },
        'user_satisfaction_avg': {
            'kind': 'ratio',
            'numerator': 'user_satisfaction_sum',
            'denominator': 'user_satisfaction_count',
            'scale': 1,
        },
        'cached_response_accuracy': {
            'kind': 'ratio',
            'numerator': 'cached_response_correct_count',
            'denominator': 'cached_response_judged_count',
            'scale': 1,
        },
        'price_coverage': {
            'kind': 'ratio',
            'numerator': 'priced_tokens',
            'denominator': 'token_count',
            'scale': 1,
        },
        'tokens_per_api_call': {
            'kind': 'ratio',
            'numerator': 'token_count',
            'denominator': 'api_call_count',
            'scale': 1,
        },
        'requests_per_task': {
            'kind': 'ratio',
            'numerator': 'request_count',
            'denominator': 'task_count',
            'scale': 1,
        },
        'api_calls_per_task': {
            'kind': 'ratio',
            'numerator': 'api_call_count',
            'denominator': 'task_count',
            'scale': 1,
        },
    }) }}
{%- endmacro %}
