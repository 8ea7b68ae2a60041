{#- The components in the bootstrap by cluster that requests give: a dict of column →
    aggregate over requests that stand beside the percentiles of their phase. -#}
{% macro resampled_request_components() -%}
    {%- set wanted = resampled_components('cluster') -%}
    {%- set columns = {} -%}
    {%- for column, definition in request_components().items() if column in wanted -%}
        {%- do columns.update({column: definition[1]}) -%}
    {%- endfor -%}
    {%- for metric_id in metric_ids(kind='percentile') -%}
        {%- set metric = metric_definition(metric_id) -%}
        {%- do columns.update({
            metric_id ~ '_below_count': 'count(*) filter (where '
            ~ metric['filter'] ~ ' and ' ~ metric['value'] ~ ' <= ' ~ metric_id ~ ')'
        }) -%}
    {%- endfor -%}
    {%- do columns.update({
        'judged_api_call_count': 'count(*) filter (where is_api_call and is_judged)',
        'quality_score_sum': 'sum(cast(quality_score as decimal(18, 9)))',
        'quality_score_count': 'count(quality_score)',
    }) -%}
    {{ return(columns) }}
{%- endmacro %}
