{#- The part of the configuration that is loaded, in one row: price rows, restated files, and
    whether the logs of each source tell of errors. -#}
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
            select count(*) > 0
            from {{ source('tars', 'api_responses') }}
            where error is not null and error != ''
        ) as is_tars_error_logged,
        (
            select count(*) > 0
            from {{ source('claude_code', 'responses') }}
            where is_api_error
        ) as is_claude_code_error_logged
{%- endmacro %}
