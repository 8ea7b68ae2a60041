{#- The part of the configuration that is loaded, in one row: price rows, restated files, and
    when the logs of each source first told of what (int_source_evidence). -#}
{% macro loaded_configuration_sql() -%}
    select
        (select count(*) from {{ source('prices', 'model_prices') }}) as price_count,
        (
            select sum(cast({{ row_hash([
                'price_id', 'model_id', 'provider', 'priced_model_id', 'speed',
                'token_class', 'min_prompt_tokens', 'usd_per_million_tokens',
                'valid_from', 'valid_to',
            ]) }} as decimal(38, 0)))
            from {{ source('prices', 'model_prices') }}
        ) as price_hash,
        (
            select sum(cast({{ row_hash(['file_id', 'restated_load_id']) }}
                as decimal(38, 0)))
            from {{ source('ledger', 'files') }}
            where restated_load_id is not null
        ) as restated_hash,
        (
            select sum(cast({{ row_hash(['model_id', 'context_window_tokens']) }}
                as decimal(38, 0)))
            from {{ source('prices', 'logged_models') }}
            where context_window_tokens is not null
        ) as model_hash,
        (
            select concat_ws(
                '/',
                coalesce(min(requested_at) filter (where error != ''), '9999-01-01'),
                coalesce(min(requested_at) filter (where is_cache_hit is not null), '9999-01-01'),
                coalesce(
                    min(requested_at) filter (
                        where coalesce(is_batch_told, {{ known_id('batch_id') }} is not null)
                    ),
                    '9999-01-01'
                ),
                coalesce(min(requested_at) filter (
                    where cache_read_tokens is not null or cache_write_tokens is not null
                ), '9999-01-01')
            )
            from {{ source('tars', 'api_responses') }}
        ) as told_by_tars,
        (
            select concat_ws(
                '/',
                coalesce(min(responded_at) filter (where is_api_error), '9999-01-01'),
                coalesce(min(responded_at) filter (
                    where cache_read_input_tokens + cache_creation_input_tokens > 0
                ), '9999-01-01')
            )
            from {{ source('claude_code', 'responses') }}
        ) as told_by_claude_code
{%- endmacro %}
