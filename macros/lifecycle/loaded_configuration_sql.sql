{#- The part of the configuration that is loaded, in one row: price rows, restated files, and
    what the logs of each source tell at all (int_source_evidence). -#}
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
                coalesce(bool_or(error != ''), false),
                coalesce(bool_or(is_cache_hit is not null), false),
                coalesce(bool_or({{ known_id('batch_id') }} is not null), false),
                coalesce(bool_or(cache_read_tokens > 0 or cache_write_tokens > 0), false)
            )
            from {{ source('tars', 'api_responses') }}
        ) as told_by_tars,
        (
            select concat_ws(
                '/',
                coalesce(bool_or(is_api_error), false),
                coalesce(
                    bool_or(cache_read_input_tokens + cache_creation_input_tokens > 0),
                    false
                )
            )
            from {{ source('claude_code', 'responses') }}
        ) as told_by_claude_code
{%- endmacro %}
