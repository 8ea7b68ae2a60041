{#- The factors of a cell in one of its two windows, in the order of the chain that
    int_cost_bridge_cells explains; null where the window cannot show a factor. A select list
    over the CTEs find_free_cards (as cells) and comparisons.

    Args:
        moment: 'before' or 'after'. -#}
{% macro bridge_factor_values(moment) -%}
    comparisons.{{ moment }}_workload,
    comparisons.{{ moment }}_requests_per_task,
    case
        when cells.cell_kind = 'cache_hit'
            then comparisons.{{ moment }}_cache_hit_count
        else comparisons.{{ moment }}_api_call_count
    end / comparisons.{{ moment }}_request_count as {{ moment }}_response_cache,
    case
        when cells.is_list_explained
            then
                cells.{{ moment }}_side_tokens
                / nullif(cells.{{ moment }}_side_request_count, 0)
        else 1
    end as {{ moment }}_tokens_per_call,
    case
        when
            cells.is_list_explained
            and cells.{{ moment }}_side_request_count = 0
            then 0
        when cells.is_list_explained
            then
                cells.{{ moment }}_side_request_count
                / comparisons.{{ moment }}_api_call_count
                * (
                    cells.{{ moment }}_tokens
                    / nullif(cells.{{ moment }}_side_tokens, 0)
                )
        when cells.cell_kind = 'cache_hit'
            then
                cells.{{ moment }}_request_count
                / nullif(comparisons.{{ moment }}_cache_hit_count, 0)
        else
            cells.{{ moment }}_request_count
            / comparisons.{{ moment }}_api_call_count
    end as {{ moment }}_model_mix,
    case
        when
            cells.is_list_explained
            and not cells.is_card_free
            then
                cells.{{ moment }}_baseline_card_usd
                / nullif(cells.{{ moment }}_tokens, 0)
        else 1
    end as {{ moment }}_prompt_cache,
    case
        when not cells.is_list_explained then 1
        when cells.is_card_free
            then
                cells.{{ moment }}_full_list_usd
                / nullif(cells.{{ moment }}_tokens, 0)
        else
            cells.{{ moment }}_full_list_usd
            / nullif(cells.{{ moment }}_baseline_card_usd, 0)
    end as {{ moment }}_vendor_price,
    case
        when cells.is_list_explained
            then
                cells.{{ moment }}_list_usd
                / nullif(cells.{{ moment }}_full_list_usd, 0)
        else 1
    end as {{ moment }}_batch_discount,
    case
        when cells.is_list_explained
            then
                cells.{{ moment }}_whole_cost_usd
                / nullif(cells.{{ moment }}_whole_list_usd, 0)
        else 1
    end as {{ moment }}_billing,
    case
        when cells.is_list_explained then 1
        else
            cells.{{ moment }}_whole_cost_usd
            / nullif(cells.{{ moment }}_request_count, 0)
    end as {{ moment }}_unexplained_rate
{%- endmacro %}
