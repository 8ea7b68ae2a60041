{{ config(materialized='view') }}

-- What was billed for each response of Claude Code: a row for the response itself, and
-- one for each pass of an advisor, a compaction or a fallback on its way. The passes
-- stand in usage.iterations. The usage of a response leaves them out; where it equals
-- the sum of all passes they come off it. Passes of type message are the response
-- itself, and the longest prompt among them decides its price tier. A logged cost is of
-- all of it, so where there are such passes no row has one.
with turns as (

    select * from {{ ref('int_claude_code_turns') }}

),

responses as (

    select
        merged.* replace (
            greatest(merged.changed_load_id, turns.changed_load_id) as changed_load_id
        ),
        turns.task_id,
        turns.response_time_ms,
        turns.time_to_first_token_ms
    from {{ ref('int_claude_code_requests_merged') }} as merged
    left join turns on merged.request_id = turns.request_id

),

parsed as (

    select
        responses.request_id,
        from_json(
            responses.iterations,
            '[{"type":"VARCHAR","model":"VARCHAR","input_tokens":"BIGINT",
            "output_tokens":"BIGINT","cache_read_input_tokens":"BIGINT",
            "cache_creation_input_tokens":"BIGINT","cache_creation":
            {"ephemeral_1h_input_tokens":"BIGINT"}}]'
        ) as passes
    from responses
    where responses.iterations is not null

),

listed as (

    select
        parsed.request_id,
        unnest(parsed.passes) as pass,
        unnest(generate_series(1, len(parsed.passes))) as pass_order
    from parsed

),

-- A field of a struct is misread as a column of another table.
-- noqa: disable=RF01,RF03
passes as (

    select
        request_id,
        pass_order,
        coalesce(pass.type, 'message') as sampling_type,
        pass.model as model_id,
        greatest(coalesce(pass.input_tokens, 0), 0) as uncached_input_tokens,
        greatest(coalesce(pass.cache_read_input_tokens, 0), 0) as cache_read_tokens,
        greatest(
            coalesce(pass.cache_creation_input_tokens, 0)
            - coalesce(pass.cache_creation.ephemeral_1h_input_tokens, 0),
            0
        ) as cache_write_5m_tokens,
        greatest(coalesce(pass.cache_creation.ephemeral_1h_input_tokens, 0), 0)
            as cache_write_1h_tokens,
        greatest(coalesce(pass.output_tokens, 0), 0) as output_tokens
    from listed

),
-- noqa: enable=RF01,RF03

sum_passes as (

    select
        request_id,
        {% for token_class in token_classes() -%}
            sum({{ token_class }}_tokens) as all_{{ token_class }}_tokens,
            coalesce(
                sum({{ token_class }}_tokens) filter (where sampling_type != 'message'),
                0
            ) as other_{{ token_class }}_tokens,
        {% endfor -%}
        max(
            uncached_input_tokens + cache_read_tokens + cache_write_5m_tokens
            + cache_write_1h_tokens
        ) filter (where sampling_type = 'message') as tier_prompt_tokens,
        count(*) filter (where sampling_type != 'message') as other_count
    from passes
    group by request_id

),

-- Lists of excluded columns are misread, and so is the indent of loops between them.
-- noqa: disable=RF02,LT02,AM04
own as (

    select
        responses.* exclude (
            {% for token_class in token_classes() -%}
                {{ token_class }}_tokens,
            {% endfor -%}
            iterations, total_tokens, logged_cost_usd
        ),
        'message' as sampling_type,
        sum_passes.tier_prompt_tokens,
        case
            when coalesce(sum_passes.other_count, 0) = 0 then responses.logged_cost_usd
        end as logged_cost_usd,
        {% for token_class in token_classes() -%}
            responses.{{ token_class }}_tokens
            - case
                when
                    {% for part in token_classes() -%}
                        responses.{{ part }}_tokens = sum_passes.all_{{ part }}_tokens
                        {{ 'and' if not loop.last }}
                    {% endfor -%}
                    then sum_passes.other_{{ token_class }}_tokens
                else 0
            end as {{ token_class }}_tokens
            {{- ',' if not loop.last }}
        {% endfor %}
    from responses
    left join sum_passes on responses.request_id = sum_passes.request_id

),

others as (

    select
        responses.* exclude (
            {% for token_class in token_classes() -%}
                {{ token_class }}_tokens,
            {% endfor -%}
            iterations, total_tokens, logged_cost_usd
        ) replace (
            {{ surrogate_key(['responses.request_id', 'passes.pass_order']) }}
                as request_id,
            coalesce(passes.model_id, responses.model_id) as model_id,
            cast(0 as bigint) as web_search_request_count,
            cast(null as double) as response_time_ms,
            cast(null as double) as time_to_first_token_ms
        ),
        passes.sampling_type,
        cast(null as bigint) as tier_prompt_tokens,
        cast(null as decimal(18, 9)) as logged_cost_usd,
        {% for token_class in token_classes() -%}
            passes.{{ token_class }}_tokens
            {{- ',' if not loop.last }}
        {% endfor %}
    from passes
    inner join responses on passes.request_id = responses.request_id
    where passes.sampling_type != 'message'

),

final as (

    select * from own
    union all by name
    select * from others

)

select * from final
