{#- The part of the configuration that is loaded, in one row: price rows, restated files, and
    when the logs of each source first told of an error. -#}
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
            select min(requested_at)
            from {{ source('tars', 'api_responses') }}
            where error is not null and error != ''
        ) as first_tars_error_at,
        (
            select min(responded_at)
            from {{ source('claude_code', 'responses') }}
            where is_api_error
        ) as first_claude_code_error_at
{%- endmacro %}
