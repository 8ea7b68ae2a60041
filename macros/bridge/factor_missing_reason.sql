{#- Why the factor a row names has no contribution; null where it has one.

    Args:
        factors: Name of the CTE that holds factor_id and is_token_based.
        comparisons: Name of the CTE that holds the comparison's flags and reason. -#}
{% macro factor_missing_reason(factors, comparisons) -%}
    case
        when {{ comparisons }}.missing_reason is not null
            then {{ comparisons }}.missing_reason
        when {{ factors }}.is_token_based and not {{ comparisons }}.is_token_explained
            then 'tokens_do_not_explain'
        when
            {{ factors }}.factor_id = 'requests_per_task'
            and not {{ comparisons }}.is_task_counted
            then 'no_task_ended'
    end
{%- endmacro %}
