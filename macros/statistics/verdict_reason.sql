{#- Why the verdict is what it is, in words. `relation` has the columns of proof_intervals;
    minimum_counts: least number of each resampled unit. -#}
{% macro verdict_reason(relation, minimum_counts) -%}
    {%- set percent = (var('confidence_level') * 100) | round | int -%}
    {%- set words = {'cluster': 'independent groups of calls', 'day': 'days'} -%}
    case
        when {{ relation }}.missing_reason is not null then {{ relation }}.missing_reason
        {%- for unit, minimum in minimum_counts.items() %}
        when
            {{ relation }}.resampled_unit = '{{ unit }}'
            and least(
                {{ relation }}.baseline_cluster_count, {{ relation }}.phase_cluster_count
            ) < {{ minimum }}
            then
                {{ relation }}.baseline_cluster_count || ' {{ words[unit] }} in the baseline and '
                || {{ relation }}.phase_cluster_count
                || ' in this phase; at least {{ minimum }} are needed in each'
        {%- endfor %}
        when {{ relation }}.verdict = 'not enough data'
            then
                'fewer than {{ var("minimum_tail_count") }} values lie beyond the percentile'
        when
            {{ relation }}.verdict = 'no clear change'
            and {{ relation }}.change_value_low = {{ relation }}.change_value_high
            then 'the same in both, without any variation'
        when {{ relation }}.verdict = 'no clear change'
            then 'the {{ percent }} % interval of the change includes zero'
        when {{ relation }}.change_value < 0
            then 'the whole {{ percent }} % interval of the change is below zero'
        else 'the whole {{ percent }} % interval of the change is above zero'
    end
    || case
        when
            {{ relation }}.verdict <> 'not enough data'
            and {{ relation }}.resampled_unit = 'day'
            and least(
                {{ relation }}.baseline_cluster_count, {{ relation }}.phase_cluster_count
            ) < {{ var('few_days') }}
            then
                ' (of ' || {{ relation }}.baseline_cluster_count || ' and '
                || {{ relation }}.phase_cluster_count
                || ' days: so few cannot show how the load drifts)'
        else ''
    end
{%- endmacro %}
