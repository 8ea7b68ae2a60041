{#- Everything besides new rows that incremental tables depend on, as one md5: time zone, the
    discount of batches, the text of every incremental model, model above it and seed above it,
    and of what is loaded the price rows, the restated files, and when the logs of each source
    first told of what (int_source_evidence).

    Args:
        incrementals: The unique ids of the incremental models. -#}
{% macro configuration_fingerprint(incrementals) -%}
    {%- set parts = [
        reporting_timezone(),
        'batch_discount_ratio=' ~ var('batch_discount_ratio'),
        'us_inference=' ~ var('us_inference_price_factor'),
    ] -%}

    {%- set found = incrementals | list -%}
    {%- for unique_id in found -%}
        {%- for parent in graph.nodes[unique_id].depends_on.nodes -%}
            {%- if parent in graph.nodes and parent not in found -%}
                {%- do found.append(parent) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for unique_id in found | sort -%}
        {%- do parts.append(unique_id ~ '=' ~ graph.nodes[unique_id].checksum.checksum) -%}
    {%- endfor -%}

    {%- set loaded -%}
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
        ) as window_hash,
        (
            select concat_ws(
                '/',
                coalesce(min(requested_at) filter (where error != ''), '9999-01-01'),
                coalesce(
                    min(requested_at) filter (where is_cache_hit is not null),
                    '9999-01-01'
                ),
                coalesce(
                    min(requested_at) filter (
                        where
                        coalesce(is_batch_told, {{ known_id('batch_id') }} is not null)
                    ),
                    '9999-01-01'
                ),
                coalesce(
                    min(requested_at) filter (
                        where
                        cache_read_tokens is not null or cache_write_tokens is not null
                    ),
                    '9999-01-01'
                )
            )
            from {{ source('tars', 'api_responses') }}
        ) as told_by_tars,
        (
            select concat_ws(
                '/',
                coalesce(min(responded_at) filter (where is_api_error), '9999-01-01'),
                coalesce(
                    min(responded_at) filter (
                        where cache_read_input_tokens + cache_creation_input_tokens > 0
                    ),
                    '9999-01-01'
                )
            )
            from {{ source('claude_code', 'responses') }}
        ) as told_by_claude_code
    {%- endset -%}
    {%- for value in run_query(loaded).rows[0].values() -%}
        {%- do parts.append(value ~ '') -%}
    {%- endfor -%}

    {{ return(local_md5(parts | join('\n'))) }}
{%- endmacro %}
