{#- The additive components that requests give, with their types: a dict of column → [type,
    aggregate over fct_requests]. The same for an hour, a day or any other grouping. Times are
    summed as decimals, so that no order of adding changes the last digit. -#}
{% macro request_components() -%}
    {{ return({
        'request_count': ['bigint', 'count(*)'],
        'api_call_count': ['bigint', 'count(*) filter (where is_api_call)'],
        'cache_hit_count': ['bigint', 'count(*) filter (where is_response_cache_hit)'],
        'api_error_count': [
            'bigint', "count(*) filter (where is_api_call and status = 'error')"
        ],
        'cache_judged_request_count': [
            'bigint', 'count(*) filter (where is_cache_hit_logged)'
        ],
        'batch_judged_api_call_count': [
            'bigint', 'count(*) filter (where is_api_call and is_batch_logged)'
        ],
        'cache_judged_prompt_tokens': [
            'bigint',
            'sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens'
            ~ ' + cache_write_1h_tokens)'
            ~ ' filter (where is_api_call and is_prompt_cache_logged)'
        ],
        'batched_api_call_count': [
            'bigint', 'count(*) filter (where is_api_call and batch_id is not null)'
        ],
        'haiku_api_call_count': [
            'bigint', "count(*) filter (where is_api_call and model_family = 'haiku')"
        ],
        'sonnet_api_call_count': [
            'bigint', "count(*) filter (where is_api_call and model_family = 'sonnet')"
        ],
        'cost_usd': ['decimal(18, 9)', total_cost('cost_usd')],
        'api_cost_usd': ['decimal(18, 9)', total_cost('cost_usd', 'is_api_call')],
        'recorded_cost_usd': ['decimal(18, 9)', 'sum(recorded_cost_usd)'],
        'list_cost_usd': ['decimal(18, 9)', total_cost('list_cost_usd')],
        'haiku_cost_usd': [
            'decimal(18, 9)', total_cost('cost_usd', "model_family = 'haiku'")
        ],
        'sonnet_cost_usd': [
            'decimal(18, 9)', total_cost('cost_usd', "model_family = 'sonnet'")
        ],
        'uncosted_api_call_count': [
            'bigint', 'count(*) filter (where is_api_call and cost_usd is null)'
        ],
        'uncosted_tokens': [
            'bigint', 'sum(total_tokens) filter (where is_api_call and cost_usd is null)'
        ],
        'known_cost_usd': ['decimal(18, 9)', 'sum(cost_usd)'],
        'token_count': ['bigint', 'sum(total_tokens) filter (where is_api_call)'],
        'prompt_tokens': [
            'bigint',
            'sum(uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens'
            ~ ' + cache_write_1h_tokens) filter (where is_api_call)'
        ],
        'uncached_input_tokens': ['bigint', 'sum(uncached_input_tokens)'],
        'cache_read_tokens': ['bigint', 'sum(cache_read_tokens)'],
        'cache_write_5m_tokens': ['bigint', 'sum(cache_write_5m_tokens)'],
        'cache_write_1h_tokens': ['bigint', 'sum(cache_write_1h_tokens)'],
        'output_tokens': ['bigint', 'sum(output_tokens)'],
        'avoided_tokens': ['bigint', 'sum(avoided_tokens)'],
        'priced_tokens': ['bigint', 'sum(priced_tokens)'],
        'unpriced_tokens': ['bigint', 'sum(unpriced_tokens)'],
        'response_time_sum_ms': [
            'double',
            'sum(cast(response_time_ms as decimal(18, 6))) filter (where is_api_call)'
        ],
        'response_time_count': [
            'bigint', 'count(response_time_ms) filter (where is_api_call)'
        ],
        'time_to_first_token_sum_ms': [
            'double',
            'sum(cast(time_to_first_token_ms as decimal(18, 6))) filter (where is_api_call)'
        ],
        'time_to_first_token_count': [
            'bigint', 'count(time_to_first_token_ms) filter (where is_api_call)'
        ],
    }) }}
{%- endmacro %}
